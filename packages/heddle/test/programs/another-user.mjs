// @ts-check
/**
 * As root: becomes somebody else, in the program or in its processes, before and after these were started, and prints what comes of it.
 * Nothing was rung before that, so every bell is met for the first time.
 */
import process from "node:process";
import * as heddle from "heddle/processes";

const { isMain, task } = heddle;

const NOBODY = 65534;

function becomeNobody() {
  process.setgid?.(NOBODY);
  process.setuid?.(NOBODY);
}

/** Gives back what it gets, with its own user and process. */
export const echo = task(
  import.meta,
  /** @type {(becomes: boolean, blocks: boolean, questions: heddle.Queue, answers: heddle.Queue) => Promise<void>} */
  async (becomes, blocks, questions, answers) => {
    if (becomes) becomeNobody();
    for (;;) {
      const question = blocks ? questions.getSync() : await questions.get();
      if (question === "end") return;
      await answers.put(`${question} ${process.getuid?.()}`);
    }
  },
);

/** Passes on what it gets: from one sibling to another. */
export const passOn = task(
  import.meta,
  /** @type {(from: heddle.Queue, to: heddle.Queue) => Promise<void>} */
  async (from, to) => {
    becomeNobody();
    await to.put(await from.get());
  },
);

export const spin = task(import.meta, () => {
  for (;;);
});

export const user = task(import.meta, () => process.getuid?.());

/** @param {object} object */
const untilWaiting = async (object) => {
  while (heddle.waiting(object) === 0) await new Promise((resolve) => setImmediate(resolve));
};

/** Says something to workers of each kind once they wait, and hears what they say. @param {boolean} becomes */
async function talk(becomes) {
  const said = [];
  for (const blocks of [false, true]) {
    const [questions, answers] = [new heddle.Queue(), new heddle.Queue()];
    const worker = new heddle.Process(echo, { args: [becomes, blocks, questions, answers] }).start();
    await untilWaiting(questions);
    questions.putSync("async");
    said.push(await answers.get());
    await untilWaiting(questions);
    questions.putSync("sync");
    said.push(answers.getSync());
    questions.putSync("end");
    await worker.join();
  }
  return said;
}

/** Has siblings that have become somebody else tell each other. */
async function pass() {
  const [first, second, third, last] = [new heddle.Queue(), new heddle.Queue(), new heddle.Queue(), new heddle.Queue()];
  /** @type {[heddle.Queue, heddle.Queue][]} */
  const ways = [
    [first, second],
    [second, third],
    [third, last],
  ];
  const workers = ways.map(([from, to]) => new heddle.Process(passOn, { args: [from, to] }).start());
  for (const [from] of ways) await untilWaiting(from);
  first.putSync("passed on");
  const said = await last.get();
  for (const worker of workers) await worker.join();
  return said;
}

if (isMain(import.meta)) {
  const said = {
    before: await talk(true),
    siblings: await pass(),
    of: "",
    after: /** @type {unknown[]} */ ([]),
    ended: "",
  };
  const rootsOwn = new heddle.Process(spin).start();
  rootsOwn.result.catch(() => {});
  becomeNobody();
  said.after = await talk(false);
  const pool = new heddle.Pool({ size: 2 });
  said.of = `${await Promise.all([1, 2].map(() => pool.run(user)))}`;
  await pool.close();
  await rootsOwn.terminate();
  said.ended = `${rootsOwn.isAlive}`;
  console.log(JSON.stringify(said));
}
