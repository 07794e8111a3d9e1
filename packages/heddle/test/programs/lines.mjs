// @ts-check
/** Several processes write lines in pieces, short ones and such as no pipe takes in one go. */
import * as heddle from "heddle/processes";

const { isMain, task } = heddle;
const LONG = 200_000;

export const write = task(
  import.meta,
  /** @param {string} letter @param {heddle.Barrier} barrier */
  async function write(letter, barrier) {
    for (let n = 0; n < 20; n++) {
      await barrier.wait();
      process.stdout.write(letter);
      await barrier.wait();
      console.log(letter.repeat(n % 5 === 0 ? LONG : n));
    }
    process.stderr.write(`${letter} has ended`);
  },
);

if (isMain(import.meta)) {
  const barrier = new heddle.Barrier(3);
  const writers = ["a", "b", "c"].map((letter) => new heddle.Process(write, { args: [letter, barrier] }).start());
  for (const writer of writers) writer.joinSync();
}
