import { Console as NodeConsole } from "node:console";
import { format } from "node:util";
import type { Print } from "@heddle/process-host";

/** The function that prints values one after another. */
const PRINTERS = ["log", "info", "debug", "warn", "error"] as const;
type Printers = Record<(typeof PRINTERS)[number], (...values: unknown[]) => void>;

/**
 * Has `console` print through `process.stdout` and `process.stderr`, where Bun's own writes straight to the descriptors
 * (https://github.com/oven-sh/bun/pull/37128).
 */
export function adoptConsole(printTo: Print): void {
  const through = (name: "stdout" | "stderr"): NodeJS.WriteStream =>
    Object.create(process[name], { write: { value: (text: string) => printTo(name, text) } });
  const streams = { stdout: through("stdout"), stderr: through("stderr"), ignoreErrors: false };
  const printing = new NodeConsole(streams) as unknown as Printers;
  for (const name of PRINTERS) {
    const print = printing[name];
    printing[name] = (...values) => (values.length === 0 ? print() : print("%s", shown(values)));
  }
  Object.assign(console, printing);
}

/** Values as Bun's console shows them: the one of node:console shows them as Node's. */
function shown([first, ...rest]: unknown[]): string {
  if (typeof first !== "string" || rest.length === 0) return [first, ...rest].map(asBun).join(" ");
  const places = first.replaceAll("%%", "").match(/%[sdifjoOc]/g)?.length ?? 0;
  return [format(first, ...rest.slice(0, places)), ...rest.slice(places).map(asBun)].join(" ");
}

const asBun = (value: unknown): string =>
  typeof value === "string" ? value : Bun.inspect(value, { colors: Bun.enableANSIColors });
