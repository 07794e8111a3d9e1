import { open as pool } from "../processes/heddle.mjs";
import { mapped } from "./mapped.mjs";

export const name = "heddle, processes";
export const open = (count) => mapped(pool(2), (pool, numbers) => pool.map("increment", numbers), count);
