import { heddle } from "../../heddle.mjs";

const { Pool, tasksFrom } = await heddle("threads");
const tasks = tasksFrom(new URL("../../tasks.mjs", import.meta.url));

export const name = "heddle";

export function open(size) {
  const pool = new Pool({ size });
  return {
    run: (task, args) => pool.run(tasks[task], ...args),
    map: (task, items) => pool.map(tasks[task], items),
    close: () => pool.terminate(),
  };
}
