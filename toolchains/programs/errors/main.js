import { isMain, Lock, Pool, Queue, task } from "@heddle/node-threads";

const fails = task(import.meta, function fails() {
  throw new RangeError("failed");
});

const pool = new Pool({ size: 1 });
const lock = new Lock();

// Where the stack of each error begins: functions that a minifier leaves their names.
const own = {
  waits: async () => await lock.hold({ timeout: 1 }),
  blocks: () => lock.holdSync({ timeout: 1 }),
  sends: async () => await new Queue().put(() => 0),
  refuses: () => new Pool({ sise: 1 }),
  runs: async () => await pool.run(fails),
};

async function main() {
  lock.acquireSync();
  for (const [name, act] of Object.entries(own)) {
    try {
      await act();
    } catch (error) {
      const frames = error.stack.split("\n").filter((line) => /^\s+at (?!---|new Promise)/.test(line));
      // A task's own frames come before those of who called it.
      const [first = ""] = name === "runs" ? frames.slice(1) : frames;
      console.log(
        `${name}: ${/at (?:async )?(?:Object\.|Module\.|own\.)?(\w+)/.exec(first)?.[1]}, ${/([\w.]+):\d+:\d+\)?$/.exec(first)?.[1]}`,
      );
    }
  }
  await pool.close();
}

if (isMain(import.meta)) main();
