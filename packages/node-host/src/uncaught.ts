import type { UncaughtHook } from "@heddle/core";

/** As `onUncaught` of a `Creator`, where the runtime ends a worker for an error by itself. */
export function onUncaught(hook: UncaughtHook): void {
  process.on("uncaughtExceptionMonitor", (error, origin) => {
    // The program catches them itself.
    if (process.listenerCount("uncaughtException") === 0) hook(origin, error);
  });
}

/**
 * An uncaught error as its worker posts it: a copy, or its text where there is none. V8 writes an error that is its own cause, and does not
 * read it again.
 */
export function copyOfUncaught(error: unknown): unknown {
  try {
    return structuredClone(error);
  } catch {
    return new Error(textOf(error));
  }
}

function textOf(error: unknown): string {
  try {
    return String(error);
  } catch {
    return "something was thrown that has no text";
  }
}

/**
 * Takes the cause from the error that refers back to an earlier one of its chain. Node 20 copies a thread's last error with its causes, and
 * tries twice at each level that is too deep. It would never end.
 */
export function openCircleOfCauses(error: unknown): void {
  const seen = new Set<unknown>();
  let at = error;
  try {
    while (typeof at === "object" && at !== null && !seen.has(at)) {
      seen.add(at);
      const { cause } = at as Error;
      if (seen.has(cause)) Reflect.defineProperty(at, "cause", { value: undefined });
      at = cause;
    }
  } catch {
    // A getter or a trap throws: Node reads no further than it, either.
  }
}
