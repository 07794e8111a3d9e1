// Requires one half of a backend's package and imports the other, in the program and in a worker of it.
const { strict: assert } = require("node:assert");

const backend = process.env.HEDDLE_LOOM ?? "";
const heddle = require(backend);
const { current, isMain, Lock, task, TimeoutError, Worker } = heddle;

async function isOne() {
  const other = await import(backend);
  const names = Object.keys(heddle).filter((name) => name !== "default" && name !== "module.exports");
  assert.deepEqual(
    names.filter((name) => !(name in other)),
    [],
  );
  // Errors are classes of each half, whose instances are the other's too.
  const differing = names.filter((name) => heddle[name] !== other[name] && !name.endsWith("Error"));
  assert.deepEqual(differing, []);
  assert.ok(
    new TimeoutError("late") instanceof other.TimeoutError && new other.TimeoutError("late") instanceof TimeoutError,
  );
  return other;
}

const work = task(module, async function work(/** @type {import("heddle").Lock} */ lock) {
  const other = await isOne();
  const isLock = lock instanceof Lock && lock instanceof other.Lock && lock.locked;
  return isLock && current() === other.current() && !isMain(module);
});

async function main() {
  const other = await isOne();
  const lock = new other.Lock();
  const guard = await lock.hold();
  console.log(await new Worker(work, { args: [lock] }).start().result);
  // A task that the other half made is the same task.
  console.log(await new Worker(other.inline(() => 42)).start().result);
  const error = await lock.hold({ timeout: 0 }).catch((/** @type {unknown} */ thrown) => thrown);
  console.log(error instanceof other.TimeoutError && error instanceof TimeoutError);
  guard.release();
  for (const name of process.argv.slice(2)) console.log(name, Object.keys(require(name)).length > 0);
}

if (isMain(module)) main();
