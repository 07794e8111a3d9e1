/** The tasks of the machines. They are named by this package and this module, so that a machine may have it in any folder. */
import { current, task } from "heddle";

export interface Counted {
  readonly primes: number;
  /** The worker that counted them, such as `machine 2-1`. */
  readonly worker: string;
}

export const countPrimes = task(import.meta, function countPrimes(below: number): Counted {
  let primes = 0;
  candidates: for (let n = 2; n < below; n++) {
    for (let d = 2; d * d <= n; d++) if (n % d === 0) continue candidates;
    primes++;
  }
  return { primes, worker: current().name };
});
