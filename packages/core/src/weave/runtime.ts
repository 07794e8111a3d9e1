/** The functions that need no more than the kernel, or nothing. */
import type { Surface } from "../contracts/surface.js";
import type { SleepOptions } from "../contracts/worker.js";
import { after, checkOptions, checkSignal, checkTimeout, describe } from "../kernel/arguments.js";
import { clock } from "../kernel/clock.js";
import { whenAborted } from "../kernel/signals.js";
import type { Loom } from "./bindings.js";

export const adapter = (loom: Loom): Surface["adapter"] =>
  loom.get("adapter", ({ adapter: { name, url, capabilities } }) => Object.freeze({ name, url, capabilities }));

export const usage = (loom: Loom): Surface["usage"] =>
  loom.get(
    "usage",
    ({ kernel }) =>
      () =>
        kernel.usage(),
  );

export const waiting = (loom: Loom): Surface["waiting"] =>
  loom.get(
    "waiting",
    ({ kernel }) =>
      (object: object) =>
        kernel.waiting(object),
  );

export const availableParallelism = (loom: Loom): Surface["availableParallelism"] =>
  loom.get("availableParallelism", (own) => () => own.adapter.host.availableParallelism());

export const sleepSync = (loom: Loom): Surface["sleepSync"] =>
  loom.get("sleepSync", ({ kernel }) => (ms: number) => {
    checkSleep(ms, "sleepSync");
    kernel.bell.mustBeAbleToBlock();
    kernel.bell.sleepUntil(() => false, clock.now() + ms);
  });

export const sleep = (loom: Loom): Surface["sleep"] => loom.get("sleep", () => sleepInTurns);

async function sleepInTurns(ms: number, options?: SleepOptions): Promise<void> {
  checkSleep(ms, "sleep");
  checkOptions(options, "sleep", ["signal"]);
  const signal = checkSignal(options?.signal);
  signal?.throwIfAborted();
  await new Promise<void>((resolve, reject) => {
    const stopTimer = after(ms, () => {
      stopListening();
      resolve();
    });
    const stopListening = whenAborted(signal, () => {
      stopTimer();
      reject(signal?.reason);
    });
  });
}

/** A timeout may be left out, for none; how long to sleep may not. */
function checkSleep(ms: number, what: string): void {
  if (typeof ms !== "number") throw new TypeError(`${what} takes a number of milliseconds, not ${describe(ms)}`);
  checkTimeout(ms);
}
