import { Tinypool } from "tinypool";

export const name = "tinypool";

export function open(size) {
  const filename = new URL("./piscina-worker.mjs", import.meta.url).href;
  const pool = new Tinypool({ filename, minThreads: size, maxThreads: size });
  return { run: (task, args) => pool.run(args, { name: task }), close: () => pool.destroy() };
}
