const HIGH = 2 ** 32;

/** A whole number up to 2^53 in two words of shared memory, the low one first. */
export const readTwo = (words: Int32Array, at: number): number =>
  ((words[at] as number) >>> 0) + (words[at + 1] as number) * HIGH;

/** Puts it there. */
export function writeTwo(words: Int32Array, at: number, value: number): void {
  words[at] = value | 0;
  words[at + 1] = highWord(value);
}

/** Its second word. The first is `value | 0`. */
export const highWord = (value: number): number => Math.floor(value / HIGH);
