import { heddle } from "../../heddle.mjs";
import { pairs } from "./pairs.mjs";

const { Lock } = await heddle("threads");

export const name = "heddle";

export function open(count) {
  const lock = new Lock();
  return pairs(count, (n) => {
    for (let i = 0; i < n; i++) {
      lock.acquireSync();
      lock.release();
    }
  });
}
