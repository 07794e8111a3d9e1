/** A module that fails to load, as those do that need what is not there. */
export function unreachable(): void {}

throw new Error("this module does not load");
