import type { Adapter, OwnOptions } from "../contracts/adapter.js";
import { typeError } from "../contracts/wrong-use.js";
import { describe } from "../kernel/arguments.js";

const NODES = "@heddle/node-threads and @heddle/node-processes have it";
/** Where options are that not every adapter has. */
const OWNERS: Readonly<Record<string, string>> = {
  execArgv: NODES,
  argv: NODES,
  permissions: "@heddle/deno and @heddle/deno/processes have it",
};

/** Throws TypeError for an option of `what` that is another adapter's own. `undefined` is none. */
export function refuseOptionsOfOthers(given: object, what: string, { name, ownOptions = {} }: Adapter): void {
  for (const [option, owners] of Object.entries(OWNERS)) {
    if (option in ownOptions || Reflect.get(Object(given), option) === undefined) continue;
    throw typeError(`${what} has no option "${option}" with ${name}: ${owners}`);
  }
}

/** Throws TypeError for an option of the adapter's own that is something else than it takes. */
export function checkOwnOptions(given: object, ownOptions: OwnOptions): void {
  for (const [name, wants] of Object.entries(ownOptions)) {
    const value: unknown = Reflect.get(given, name);
    const wanted = value === undefined ? undefined : wants(value);
    if (wanted !== undefined) throw typeError(`${name} is ${wanted}, not ${describe(value)}`);
  }
}

/** Throws TypeError for environment variables that are no object, or one whose values are not strings: each runtime would do something else. */
export function checkEnvironment(env: unknown): void {
  if (env === undefined) return;
  if (typeof env !== "object" || env === null || Array.isArray(env)) {
    throw typeError(`env is an object of strings, not ${Array.isArray(env) ? "an array" : describe(env)}`);
  }
  for (const [name, value] of Object.entries(env)) {
    if (value === undefined || typeof value === "string") continue;
    throw typeError(`env.${name} is a string, not ${describe(value)}`);
  }
}
