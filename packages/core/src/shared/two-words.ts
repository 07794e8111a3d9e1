/** A whole number up to 2^53 in two words of shared memory, the low one first. */

const HIGH = 2 ** 32;

export const readTwo = (words: Int32Array, at: number): number =>
  ((words[at] as number) >>> 0) + (words[at + 1] as number) * HIGH;

export function writeTwo(words: Int32Array, at: number, value: number): void {
  words[at] = value | 0;
  words[at + 1] = Math.floor(value / HIGH);
}
