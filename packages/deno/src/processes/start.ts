import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { keepToOneself, letInherit, type Runtime, v8Flags, withStartupInfo } from "@heddle/process-host";
import type { DenoOptions } from "../options.js";
import { type Flag, flagsOf, saysHowToRun, written } from "./flags.js";
import { executable } from "./needs.js";
import { permissionFlags } from "./permissions.js";
import { commandLine, errno, exists, posix } from "./posix.js";

/** Starts a process that runs as this one does: by the same flags of Deno's, and with the same arguments. */
export const start: Runtime["start"] = ({ url, adapter, startup, inherited, env, limits, given, onExit }) => {
  const { permissions = "inherit" } = given as DenoOptions;
  const own = ownFlags();
  const variables = Object.entries(withStartupInfo(adapter, startup, env ?? {})).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  const command = new Deno.Command(executable(), {
    args: [
      ...["run", ...own.filter(saysHowToRun).map(written), ...configuration(own)],
      ...[...v8Flags(limits).map((flag) => `--v8-flags=${flag}`), ...permissionFlags(permissions, own)],
      ...[entryOf(url, adapter), ...Deno.args],
    ],
    env: Object.fromEntries(variables),
    clearEnv: env !== undefined,
    stdin: "null",
  });
  const child = passingOn(inherited, () => command.spawn());
  child.status.then(({ code, signal }) => onExit(signal === null ? code : null, signal));
  return {
    pid: child.pid,
    kill(signal) {
      try {
        child.kill(signal);
      } catch {
        // It has ended since.
      }
    },
    setKeepsAlive(keeps) {
      if (keeps) child.ref();
      else child.unref();
    },
  };
};

/**
 * Programs that `act` starts inherit them. So does what another thread starts at that very moment: it gets memory that it does not know.
 */
function passingOn<T>(descriptors: readonly number[], act: () => T): T {
  for (const fd of descriptors) letInherit({ posix, errno }, fd);
  try {
    return act();
  } finally {
    for (const fd of descriptors) keepToOneself({ posix, errno }, fd);
  }
}

/**
 * The adapter's own module, as Deno finds it. Within Deno's cache of packages it does not find it by a path (npm.test.ts of `heddle` says
 * if that changes). If there is a lockfile that has the package, it finds it by the adapter's name and the version in the path, as
 * `npm:@heddle/deno@1.0.0/processes`.
 */
function entryOf(url: string, adapter: string): string {
  const path = fileURLToPath(url);
  const [, name = "", subpath = ""] = /^((?:@[^/]+\/)?[^/]+)(.*)$/.exec(adapter) ?? [];
  const [, version] = new RegExp(`/npm/(?:(?!node_modules/).)*/${name}/(\\d[^/_]*)(?:_\\d+)?/`).exec(path) ?? [];
  return version === undefined ? path : `npm:${name}@${version}${subpath}`;
}

let own: readonly Flag[] | undefined;

/** The arguments that this process was started with, before its program. */
function ownFlags(): readonly Flag[] {
  const all = commandLine();
  own ??= flagsOf(all.slice(1, all.length - Deno.args.length));
  return own;
}

/** Deno looks for a configuration from where a program lies, which for a process is the adapter's own folder. */
function configuration(given: readonly Flag[]): string[] {
  const isSaid = given.some(({ name }) => name === "config" || name === "no-config");
  if (isSaid || !Deno.mainModule.startsWith("file:")) return [];
  for (let folder = dirname(fileURLToPath(Deno.mainModule)); ; folder = dirname(folder)) {
    const file = ["deno.json", "deno.jsonc"].map((name) => join(folder, name)).find(exists);
    if (file !== undefined) return [`--config=${file}`];
    if (folder === dirname(folder)) return [];
  }
}
