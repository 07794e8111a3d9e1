// @ts-check
/** Waits that only their own worker could end, and that are all it has left to do: each is an error at its line. */
const heddle = await import(process.env.HEDDLE_LOOM ?? "heddle");
const { DeadlockError, Event, Lock, Pool, Process, Thread, current, isMain, task } = heddle;

const twice = task(import.meta, async function acquireTwice() {
  const lock = new Lock();
  await lock.acquire();
  await lock.acquire(); // twice
});

const served = new Event();
/** Waits for what the next call does, as nothing else runs here. */
const wait = task(import.meta, () => served.wait());
const serve = task(import.meta, () => served.set());

/** @param {string} line @param {Promise<unknown>} promise */
async function tell(line, promise) {
  try {
    console.log(line, await promise);
  } catch (error) {
    const { name, message } = /** @type {Error} */ (error);
    console.log(line, name, error instanceof DeadlockError, /^.*? can never (be had|end)/.test(message));
  }
}

/** Bun and Deno do not say at the top level that nothing is left to do (ADR 0075). */
async function main() {
  await tell("own lock", twice());
  await tell("event", new Event().wait());
  if (process.argv[2] === "workers") {
    await tell("target", new (Thread ?? Process)(twice).start().result);
    const pool = new Pool({ size: 1 });
    await tell("task", pool.run(twice));
    await pool.close();
    const both = new Pool({ size: 1, concurrency: 2 });
    const waits = both.run(wait);
    await tell(
      "another call",
      Promise.all([waits, both.run(serve)]).then(() => true),
    );
    await both.close();
  }
  console.log(current().isMain);
  await new Event().wait(); // nobody catches it
}

if (isMain(import.meta)) void main();
