import { briefly } from "../kernel/message/index.js";

/** The advice to a program without the main guard. It is in no other error: by it these are known in the main worker, too. */
export const UNDER_GUARD =
  "under if (isMain(import.meta)), in CommonJS if (isMain(module)), which is false in workers, or put the tasks into a module of their own: " +
  "where a bundler makes one file of both, the guard is needed all the same, or @heddle/unplugin, which makes two of them";

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
