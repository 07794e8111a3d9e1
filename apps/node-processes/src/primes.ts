/** By trial division, which takes a while. */
export function countPrimes(below: number): number {
  let count = 0;
  candidates: for (let n = 2; n < below; n++) {
    for (let d = 2; d * d <= n; d++) if (n % d === 0) continue candidates;
    count++;
  }
  return count;
}
