import type { UncaughtHook } from "@heddle/core";

/** As `onUncaught` of a `Creator`, where the runtime ends a worker for an error by itself. */
export function onUncaught(hook: UncaughtHook): void {
  process.on("uncaughtExceptionMonitor", (error, origin) => {
    // The program catches them itself.
    if (process.listenerCount("uncaughtException") === 0) hook(origin, error);
  });
}
