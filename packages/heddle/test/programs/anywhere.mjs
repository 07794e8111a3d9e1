// @ts-check
/** One program for every runtime: the name that greets, how often it counted, and under which adapter. */
import * as heddle from "heddle";

const { current, isMain, task } = heddle;

export const count = task(
  import.meta,
  /** @param {heddle.Lock} lock @param {heddle.Value<"i32">} total @param {heddle.Queue<string>} names */
  async function count(lock, total, names) {
    for (let n = 0; n < 100; n++) {
      await lock.run(() => {
        total.value = total.value + 1;
      });
    }
    await names.put(current().name);
  },
);

if (isMain(import.meta)) {
  const lock = new heddle.Lock();
  const total = new heddle.Value("i32");
  const names = /** @type {heddle.Queue<string>} */ (new heddle.Queue());
  const threads = [1, 2, 3].map(() => new heddle.Thread(count, { args: [lock, total, names] }).start());
  for (const thread of threads) await thread.join();
  const greeted = [await names.get(), await names.get(), await names.get()].sort();
  console.log(JSON.stringify({ adapter: heddle.adapter.name, total: total.value, greeted }));
}
