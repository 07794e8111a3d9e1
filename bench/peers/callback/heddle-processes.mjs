import { heddle } from "../../heddle.mjs";

const { callback, Pool, tasksFrom } = await heddle("processes");
const { callInTurn } = tasksFrom(new URL("../../tasks.mjs", import.meta.url));

export const name = "heddle, processes";

export async function open(count) {
  const pool = new Pool({ size: 1 });
  const add = callback((a, b) => a + b);
  await pool.run(callInTurn, add, count);
  return { times: await pool.run(callInTurn, add, count), close: () => pool.terminate() };
}
