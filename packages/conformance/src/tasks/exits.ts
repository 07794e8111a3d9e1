/** A module that ends each worker that loads it. */
export function unreachable(): void {}

process.exit(4);
