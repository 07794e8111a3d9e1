/** The functions that need no more than the kernel, or nothing. */

import type { Adapter } from "../contracts/adapter.js";
import type { Surface } from "../contracts/surface.js";
import type { SleepOptions } from "../contracts/worker.js";
import { typeError } from "../contracts/wrong-use.js";
import { after, checkOptions, checkSignal, checkTimeout, describe } from "../kernel/arguments.js";
import { clock } from "../kernel/clock.js";
import { whenAborted } from "../kernel/signals.js";
import { taking } from "./arity.js";
import type { Backend } from "./bindings.js";

export const adapter = (backend: Backend<Adapter>): Surface["adapter"] =>
  backend.get("adapter", ({ adapter: { name, url, capabilities } }) => Object.freeze({ name, url, capabilities }));

export const usage = (backend: Backend): Surface["usage"] =>
  backend.get("usage", ({ kernel }) => taking(0, "usage", () => kernel.usage()));

export const waiting = (backend: Backend): Surface["waiting"] =>
  backend.get("waiting", ({ kernel }) => taking(1, "waiting", (object: object) => kernel.waiting(object)));

export const availableParallelism = (backend: Backend): Surface["availableParallelism"] =>
  backend.get("availableParallelism", (own) =>
    taking(0, "availableParallelism", () => own.adapter.host.availableParallelism()),
  );

/** Long enough that every runtime does sleep. It lasts as long as the system takes to fall asleep and wake up, some 60 µs on Linux. */
const SHORTEST_SLEEP_MS = 0.01;

export const sleepSync = (backend: Backend): Surface["sleepSync"] =>
  backend.get("sleepSync", ({ kernel }) =>
    taking(1, "sleepSync", (ms: number) => {
      checkSleep(ms, "sleepSync");
      kernel.bell.assertMayBlock();
      kernel.bell.sleepUntil(() => false, clock.now() + ms);
      // The system runs others only while this worker sleeps: a wait of no time at all returns at once.
      if (ms === 0) kernel.bell.pause(SHORTEST_SLEEP_MS);
    }),
  );

export const sleep = (backend: Backend): Surface["sleep"] =>
  backend.get("sleep", () => taking(2, "sleep", sleepInTurns, true));

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
  if (typeof ms !== "number") throw typeError(`${what} takes a number of milliseconds, not ${describe(ms)}`);
  checkTimeout(ms);
}
