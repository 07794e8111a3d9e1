import { Pool, tasksFrom } from "@heddle/node-processes";

const tasks = tasksFrom(new URL("../../tasks.mjs", import.meta.url));

export const name = "heddle";

export function open(size) {
  const pool = new Pool({ size });
  return { run: (task, args) => pool.run(tasks[task], ...args), close: () => pool.terminate() };
}
