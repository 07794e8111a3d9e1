// @ts-check
/** A module whose evaluation takes several turns: what it exports is not there before. */
await import(`./other.mjs?${Math.random()}`);
await import("./other.mjs");

export const name = () => "late";
