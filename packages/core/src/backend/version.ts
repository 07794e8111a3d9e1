/** Written in by the build: the version in package.json, which all packages share. */
declare const HEDDLE_VERSION: string;

export const VERSION: string = typeof HEDDLE_VERSION === "string" ? HEDDLE_VERSION : "source";
