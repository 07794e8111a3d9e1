/** Keeps so many megabytes, all at once; how many it has kept. */
export function hoard(megabytes: number): number {
  const kept: number[][] = [];
  while (kept.length < megabytes) kept.push(new Array<number>(2 ** 17).fill(kept.length));
  return kept.length;
}

/** As when the system runs out of memory, or a native addon crashes. */
export const killItself = (): unknown => process.kill(process.pid, "SIGKILL");
