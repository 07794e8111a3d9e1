/** The flags on Deno's command line: a process needs them, too, to run as this one does. */

/** `--name=value`, or `--name`. */
export interface Flag {
  readonly name: string;
  readonly value: string | undefined;
}

export const written = ({ name, value }: Flag): string => (value === undefined ? `--${name}` : `--${name}=${value}`);

const LONG_NAMES: Readonly<Record<string, string>> = {
  A: "allow-all",
  R: "allow-read",
  W: "allow-write",
  I: "allow-import",
  N: "allow-net",
  E: "allow-env",
  S: "allow-sys",
  P: "permission-set",
  c: "config",
  q: "quiet",
};

/** Those whose value may be the next argument. */
const TAKE_THE_NEXT = new Set([
  ...["config", "import-map", "node-modules-linker", "min-dep-age", "conditions", "preload", "import", "require"],
  ...["cert", "location", "seed"],
]);

/** Those that say how modules are found and run. Not those of a test runner, a debugger or a watcher. */
const SAY_HOW_TO_RUN = new Set([
  ...TAKE_THE_NEXT,
  ...["no-config", "lock", "no-lock", "frozen", "frozen-lockfile", "node-modules-dir", "vendor", "no-remote", "no-npm"],
  ...["cached-only", "no-prompt", "quiet", "no-code-cache", "v8-flags", "unsafely-ignore-certificate-errors"],
  ...["use-env-proxy"],
]);

/** The flags among the arguments of a command line of Deno's. */
export function flagsOf(args: readonly string[]): Flag[] {
  const flags: Flag[] = [];
  const rest = args.values();
  for (const arg of rest) {
    const [, long, short, value] = /^-(?:-([a-z][^=]*)|([A-Za-z]+))(?:=(.*))?$/s.exec(arg) ?? [];
    const names = long === undefined ? [...(short ?? "")].map((letter) => LONG_NAMES[letter] ?? letter) : [long];
    for (const [i, name] of names.entries()) {
      if (i < names.length - 1) flags.push({ name, value: undefined });
      else flags.push({ name, value: value ?? (TAKE_THE_NEXT.has(name) ? rest.next().value : undefined) });
    }
  }
  return flags;
}

/** Whether a flag is to be handed on as it is. Permissions are not: they may have changed since. */
export const saysHowToRun = ({ name }: Flag): boolean => SAY_HOW_TO_RUN.has(name) || name.startsWith("unstable");
