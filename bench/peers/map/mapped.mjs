import assert from "node:assert/strict";

/** The time of each item in µs, three times over, once the pool has done it before. */
export async function mapped(pool, map, count) {
  const numbers = Array.from({ length: count }, (_, i) => i);
  const times = [];
  for (let round = 0; round < 4; round++) {
    const start = performance.now();
    const results = await map(pool, numbers);
    if (round > 0) times.push(((performance.now() - start) * 1000) / count);
    assert.equal(results[count - 1], count);
  }
  return { times, close: () => pool.close() };
}
