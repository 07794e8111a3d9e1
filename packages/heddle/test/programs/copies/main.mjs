// @ts-check
/** The program and a library have a copy of Heddle each. */
import * as library from "./library/index.mjs";
import { findEmpty, spend, timeOut } from "./tasks.mjs";

/** @type {typeof import("heddle")} */
const heddle = await import(process.env.HEDDLE_LOOM ?? "");

/** @param {Promise<unknown>} running */
const failureOf = (running) =>
  running.then(
    () => undefined,
    (/** @type {unknown} */ error) => error,
  );

if (heddle.isMain(import.meta)) {
  console.log("copies", heddle.TimeoutError !== library.heddle.TimeoutError);
  const pool = new heddle.Pool({ size: 1 });
  const broke = await failureOf(pool.run(spend, new library.Money(5)));
  console.log("the library's error", broke instanceof library.MoneyError && broke instanceof RangeError && broke.by);
  const money = await pool.run(library.giveBack, new library.Money(7));
  console.log("the library's class", money instanceof library.Money && money.cents);
  for (const [task, name] of /** @type {const} */ ([
    [findEmpty, "QueueEmptyError"],
    [timeOut, "TimeoutError"],
  ])) {
    const error = await failureOf(pool.run(task));
    console.log(name, error instanceof heddle[name], error instanceof library.heddle[name]);
  }
  await pool.close();
}
