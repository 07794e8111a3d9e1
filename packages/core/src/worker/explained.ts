import { briefly } from "../kernel/message/index.js";

/** The advice to a program without the main guard. It is in no other error: by it these are known in the main worker, too. */
export const UNDER_GUARD =
  "under if (isMain(import.meta)), in CommonJS if (isMain(module)), which is false in workers, or put the tasks into a module of their own: " +
  "where a bundler makes one file of both, the guard is needed all the same, or @heddle/unplugin, which makes two of them";

/** How a worker ended in which Heddle never ran, whose first module is at `url`. */
export const endedUnbegun = (url: string): string =>
  `ended with exit code 0, and Heddle never ran in it: its first module, ${url}, is not evaluated by itself. ` +
  "So it is with chunks of webpack's and rspack's splitChunks. Leave Heddle's packages outside of the bundle (externals: /^@heddle\\//), or out of these chunks";

/** An uncaught error in short, with what to do where that is known by its text. */
export function explained(error: unknown): string {
  const text = briefly(error);
  if (/Cannot find (?:package|module) '(?:@heddle\/|heddle')/.test(text)) {
    return `${text}. Where a bundler takes part of Heddle into its files, leave its packages outside (Next: serverExternalPackages: ["@heddle/node-threads"])`;
  }
  return /EADDRINUSE|AddrInUse/.test(text)
    ? `${text}. If each worker starts the program's server: start it ${UNDER_GUARD}`
    : text;
}
