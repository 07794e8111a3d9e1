import type { OwnOptions } from "@heddle/core";

/** The permissions that there are. */
export const PERMISSIONS = ["env", "ffi", "import", "net", "read", "run", "sys", "write"] as const;

const isScope = (value: unknown): boolean =>
  value === undefined || typeof value === "boolean" || value === "inherit" || Array.isArray(value);

function permissions(given: unknown): string | undefined {
  if (given === "inherit" || given === "none") return undefined;
  const isObject = typeof given === "object" && given !== null && !Array.isArray(given);
  const names: readonly string[] = PERMISSIONS;
  if (isObject && Object.entries(given).every(([name, value]) => names.includes(name) && isScope(value)))
    return undefined;
  return `"inherit", "none" or an object of ${names.join(", ")}, each a boolean, "inherit" or an array`;
}

/** The options of workers and pools that are Deno's. */
export const DENO_OPTIONS_OF_WORKERS: OwnOptions = { permissions };
