/** Knows nothing of Heddle. */
export const square = (n: number): number => n * n;
