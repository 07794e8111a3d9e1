// @ts-check
/** A task that leaves locks locked: whether each error that tells of it has the line that took the lock. */
import { isMain, Lock, Pool, setExceptHook, task } from "heddle";

const leave = task(import.meta, async function leaveIt(/** @type {Lock} */ lock) {
  await lock.acquire();
});

if (isMain(import.meta)) {
  setExceptHook((error) => {
    const { message, stack = "" } = /** @type {Error} */ (error);
    if (message.startsWith("The task leaveIt")) console.log(stack.includes("left-locked.mjs:6:"));
  });
  const pool = new Pool({ size: 1 });
  const locks = [new Lock(), new Lock(), new Lock()];
  for (const lock of locks) await pool.run(leave, lock);
  await pool.close();
}
