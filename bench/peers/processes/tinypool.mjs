import { Tinypool } from "tinypool";

export const name = "tinypool";

export function open(size) {
  const filename = new URL("./tinypool-worker.mjs", import.meta.url).href;
  const pool = new Tinypool({ filename, runtime: "child_process", minThreads: size, maxThreads: size });
  return { run: (task, args) => pool.run({ task, args }), close: () => pool.destroy() };
}
