import { Piscina } from "piscina";

export const name = "piscina";

/** `settings` are options of piscina besides. */
export function open(size, settings = {}) {
  const filename = new URL("./piscina-worker.mjs", import.meta.url).href;
  const pool = new Piscina({ filename, minThreads: size, maxThreads: size, ...settings });
  return { run: (task, args) => pool.run(args, { name: task }), close: () => pool.destroy() };
}
