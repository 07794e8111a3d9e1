import { heddle } from "../../heddle.mjs";
import { item } from "./item.mjs";

const { Pool, Queue, tasksFrom } = await heddle("threads");
const { produce, consume } = tasksFrom(new URL("../../tasks.mjs", import.meta.url));

export const name = "heddle";

export async function open(count) {
  const pool = new Pool({ size: 2 });
  const times = [];
  for (let round = 0; round < 4; round++) {
    const queue = new Queue(1000);
    const consumed = pool.run(consume, queue, count);
    await pool.run(produce, queue, count, item);
    const ms = await consumed;
    if (round > 0) times.push((ms * 1000) / count);
  }
  return { times, close: () => pool.close() };
}
