/** How long each start takes until its end, in µs; the first warms up. */
export async function started(count, run) {
  const times = [];
  for (let i = 0; i <= count; i++) {
    const start = performance.now();
    await run();
    if (i > 0) times.push((performance.now() - start) * 1000);
  }
  return { times };
}
