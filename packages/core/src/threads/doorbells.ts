import type { Doorbells, Memory } from "../contracts/adapter.js";
import { clock } from "../kernel/clock.js";

/** `Atomics.waitAsync` is in every runtime we run on, but not yet in all of their type declarations. */
type WaitAsync = (
  array: Int32Array,
  index: number,
  value: number,
) => { async: true; value: Promise<string> } | { async: false; value: string };

/** Turns in which a bell that keeps ringing is answered in the same turn of the event loop before others get theirs. */
const TURNS_BEFORE_YIELD = 64;

/** Calls what it is given in a later turn: usually as soon as can be, now and then after others have had theirs. */
export function laterTurns(): (act: () => void) => void {
  let turns = 0;
  return (act) => {
    if (++turns % TURNS_BEFORE_YIELD === 0) clock.setTimeout(act, 0);
    else clock.queueMicrotask(act);
  };
}

/** The doorbells of backends whose workers are threads of one process: `Atomics.wait`, `waitAsync` and `notify`. */
export function atomicsDoorbells(memory: Memory): Doorbells {
  const waitAsync = (Atomics as typeof Atomics & { waitAsync: WaitAsync }).waitAsync;
  // Bells lie in the region's first part, which is there from the beginning and does not move.
  const bells = new Int32Array(memory.buffer, 0, memory.buffer.byteLength / 4);
  const nobodysBell = new Int32Array(new SharedArrayBuffer(4));
  const later = laterTurns();
  return {
    sleepSync(address, seen, timeout) {
      Atomics.wait(bells, address, seen, timeout);
    },
    sleepAsync(address, seen, wake) {
      const sleep = waitAsync(bells, address, seen);
      if (sleep.async) sleep.value.then(wake);
      else later(wake);
    },
    wake(address) {
      Atomics.notify(bells, address);
    },
    pause(ms) {
      Atomics.wait(nobodysBell, 0, 0, ms);
    },
  };
}
