import { hearsSignals as hearsByNodeApis, type keepAlive } from "@heddle/node-host";

/** How many listeners each signal has. Deno tells nobody, so calls are counted. */
const counts = new Map<Deno.Signal, number>();

for (const [name, step] of [
  ["addSignalListener", 1],
  ["removeSignalListener", -1],
] as const) {
  const method = Deno[name];
  Object.defineProperty(Deno, name, {
    value: (signal: Deno.Signal, handler: () => void) => {
      method(signal, handler);
      counts.set(signal, (counts.get(signal) ?? 0) + step);
    },
    configurable: true,
    enumerable: true,
    writable: true,
  });
}

/** Listeners of Deno's own way. Those of `process.on` go that way too, and are known there. */
const hearsByDenosApi = (): boolean =>
  [...counts].some(([signal, count]) => count > process.listenerCount(signal as NodeJS.Signals));

/** As Node's, with the listeners of Deno's own way. */
export const withDenosSignals = (kept: ReturnType<typeof keepAlive>): ReturnType<typeof keepAlive> => ({
  ...kept,
  hearsSignals: () => hearsByDenosApi() || hearsByNodeApis(),
});
