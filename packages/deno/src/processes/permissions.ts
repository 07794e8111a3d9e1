/** The permissions of a process, as flags of Deno's. */
import { fileURLToPath } from "node:url";
import { typeError } from "@heddle/core";
import { PERMISSIONS } from "../permission-option.js";
import { type Flag, written } from "./flags.js";

type Name = (typeof PERMISSIONS)[number];

/** The kind of things that each permission can be narrowed to. */
const SCOPES = {
  env: "variable",
  ffi: "path",
  import: "host",
  net: "host",
  read: "path",
  run: "command",
  sys: "kind",
  write: "path",
} as const satisfies Record<Name, string>;

type Wanted = boolean | "inherit" | readonly (string | URL)[];

/**
 * The flags that give a process `wanted` of what this one, which was started with `given`, may do now. Throws for more. By what
 * shares their memory (ffi) they both may do what they like: this is against mistakes.
 */
export function permissionFlags(wanted: Deno.PermissionOptions, given: readonly Flag[]): string[] {
  const denied = given.filter(({ name }) => /^(deny|ignore)-/.test(name));
  if (wanted === "inherit") {
    // A set of permissions has a name in a configuration, where the process finds it, too.
    const sets = given.filter(({ name }) => name === "permission-set");
    if (sets.length > 0) return sets.map(written);
    if (denied.length === 0 && PERMISSIONS.every((name) => mayI(name))) return ["--allow-all"];
  }
  const wantedOf = (name: Name): Wanted => {
    if (wanted === "inherit" || name === "ffi") return "inherit";
    // As for a worker of Deno's: a permission that is not named is not given.
    return wanted === "none" ? false : ((wanted as Record<string, Wanted | undefined>)[name] ?? false);
  };
  return [...PERMISSIONS.flatMap((name) => allow(name, wantedOf(name), given)), ...denied.map(written)];
}

function allow(name: Name, wanted: Wanted, given: readonly Flag[]): string[] {
  if (wanted === false) return [];
  const everything = { name: `allow-${name}`, value: undefined };
  if (wanted === true || (wanted === "inherit" && mayI(name))) {
    if (!mayI(name)) throw escalates(name);
    return [written(everything)];
  }
  const values = wanted === "inherit" ? inherited(name, given) : wanted.map((value) => checked(name, textOf(value)));
  if (values.length === 0) return [];
  return [written({ ...everything, value: values.join(",") })];
}

/** The part of it that this process was given, and still has. */
const inherited = (name: Name, given: readonly Flag[]): string[] =>
  given
    .filter((flag) => flag.name === `allow-${name}`)
    .flatMap(({ value = "" }) => value.split(","))
    .filter((value) => value !== "" && mayI(name, value));

const textOf = (value: string | URL): string => (value instanceof URL ? fileURLToPath(value) : value);

function checked(name: Name, value: string): string {
  if (!mayI(name, value)) throw escalates(`${name} of ${value}`);
  // https://github.com/denoland/deno/issues/32010
  if (value.includes(",")) throw typeError(`Deno has no way to permit ${name} of what has a comma in it: ${value}`);
  return value;
}

/** Whether this process may do it now, with everything or with that. */
export function mayI(name: Name, value?: string): boolean {
  // Deno tells of a host, not of all below a domain: one of them stands for the others.
  const asked = value?.replace(/^\*\./, "any.");
  const descriptor = { name, ...(asked === undefined ? {} : { [SCOPES[name]]: asked }) };
  return Deno.permissions.querySync(descriptor as Deno.PermissionDescriptor).state === "granted";
}

const escalates = (what: string): Error =>
  new Deno.errors.NotCapable(`A process cannot be given more than its creator has: ${what}`);
