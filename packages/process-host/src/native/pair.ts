import { lastError } from "../errors.js";
import type { Native } from "../runtime.js";

/** Two descriptors that belong together, from a function of C that puts them where it is told to. */
export function pairOf(native: Native, what: string, make: (pair: Uint8Array) => number): [number, number] {
  const pair = new Int32Array(2);
  if (make(new Uint8Array(pair.buffer)) !== 0) throw lastError(native, `Heddle cannot make ${what} for a process`);
  return pair as unknown as [number, number];
}
