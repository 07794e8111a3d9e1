import type { UncaughtOrigin } from "@heddle/core";

/** As `onUncaught` of a `Creator`, where the runtime ends a worker for an error by itself. */
export function onUncaught(hook: (origin: UncaughtOrigin) => void): void {
  process.on("uncaughtExceptionMonitor", (_error, origin) => {
    // The program catches them itself.
    if (process.listenerCount("uncaughtException") === 0) hook(origin);
  });
}
