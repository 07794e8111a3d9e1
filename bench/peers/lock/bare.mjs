import { pairs } from "./pairs.mjs";

export const name = "Atomics.exchange and store";

/** The limit: a lock that remembers no owner and wakes nobody. */
export function open(count) {
  const word = new Int32Array(new SharedArrayBuffer(4));
  return pairs(count, (n) => {
    for (let i = 0; i < n; i++) {
      while (Atomics.exchange(word, 0, 1) !== 0);
      Atomics.store(word, 0, 0);
    }
  });
}
