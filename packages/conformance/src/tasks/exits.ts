/** A module that ends whoever loads it. */
export function unreachable(): void {}

process.exit(4);
