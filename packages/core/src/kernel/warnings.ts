import { beginAt, beginAtCaller, callersFrames, type Site, stackText } from "../contracts/frames.js";

/** Warnings are of what is hardly ever meant as it is written, and cannot be refused, as some program may mean it. */
let warn: (warning: Error) => void = () => {};

/** Has warnings go that way. */
export function warnBy(way: (warning: Error) => void): void {
  warn = way;
}

/** A warning that begins at the program's line, or at `site`. */
export function warningAt(message: string, site?: Site): Error {
  const warning = new Error(message);
  warning.name = "HeddleWarning";
  if (site === undefined) beginAtCaller(warning);
  else beginAt(warning, site);
  return warning;
}

/** Tells of it, with its line as the detail, which runtimes print below the message. */
export function tellWarning(warning: Error): void {
  const [detail] = callersFrames(stackText(warning));
  warn(detail === undefined ? warning : Object.assign(warning, { detail }));
}

const told = new Set<string>();

/** Warns at the program's line, unless this worker was warned of the same `kind` before. */
export function warnOnce(kind: string, message: () => string): void {
  if (told.has(kind)) return;
  told.add(kind);
  tellWarning(warningAt(message()));
}
