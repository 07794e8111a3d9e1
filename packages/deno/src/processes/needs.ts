/** The needs of processes in Deno. */
import { type HeddleError, writeReplacedStacks } from "@heddle/core";
import { unsupported } from "@heddle/process-host";
import { mayI } from "./permissions.js";

/** This Deno; or what is called so, where only that may be run. */
export const executable = (): string =>
  !mayI("run", Deno.execPath()) && mayI("run", "deno") ? "deno" : Deno.execPath();

/** The permissions needed: to call the C library, and to start Deno itself. */
const NEEDS = {
  ffi: (): Deno.PermissionDescriptor => ({ name: "ffi" }),
  run: (): Deno.PermissionDescriptor => ({ name: "run", command: executable() }),
};

/** Fails the import that can come to nothing, and names the flags that Deno should have been started with. */
export function demand(need: keyof typeof NEEDS): void {
  if (isPermitted(NEEDS[need]())) return;
  const missing = Object.entries(NEEDS).filter(([, describe]) => !isPermitted(describe()));
  throw cannot(`Deno was started without ${missing.map(([name]) => `--allow-${name}`).join(" and ")}`);
}

/** Where somebody sits before the program, Deno asks them. */
const isPermitted = (what: Deno.PermissionDescriptor): boolean =>
  Deno.permissions.requestSync(what).state === "granted";

/** Thrown by the module that is being imported: core has not heard yet of what Deno does to such an error. */
export function cannot(why: string, cause?: unknown): HeddleError {
  writeReplacedStacks();
  return unsupported(why, "@heddle/deno", cause);
}
