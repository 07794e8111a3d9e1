/** The time of a pair in µs, five times over, once it has run before. */
export function pairs(count, run) {
  const times = [];
  for (let round = 0; round < 6; round++) {
    const start = performance.now();
    run(count);
    if (round > 0) times.push(((performance.now() - start) * 1000) / count);
  }
  return { times };
}
