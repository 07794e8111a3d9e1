/** How much longer every other way has to take: a smaller difference may come from other programs that ran at the time. */
const FAR = 1.25;

/**
 * The name of the fastest way, given how long each took in several rounds. Undefined unless its slowest round took far less
 * than any round of any other way.
 */
export function fastest(ways: Readonly<Record<string, readonly number[]>>): string | undefined {
  const [best, ...others] = Object.entries(ways).sort(([, a], [, b]) => Math.max(...a) - Math.max(...b));
  if (best === undefined) return undefined;
  const [name, times] = best;
  return others.every(([, theirs]) => Math.max(...times) * FAR < Math.min(...theirs)) ? name : undefined;
}

/** The middle one. */
export const median = (times: readonly number[]): number =>
  [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
