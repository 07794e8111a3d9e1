// @ts-check
/** A module whose evaluation takes several turns: its exports are not there before. */
await import(`./other.mjs?${Math.random()}`);
await import("./other.mjs");

export const name = () => "late";
