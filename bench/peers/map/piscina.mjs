import { open as pool } from "../threads/piscina.mjs";
import { mapped } from "./mapped.mjs";

export const name = "piscina, in chunks of 25,000";

const CHUNK = 25_000;

const inChunks = async (pool, numbers) => {
  const chunks = Array.from({ length: Math.ceil(numbers.length / CHUNK) }, (_, i) =>
    pool.run("incrementAll", [numbers.slice(i * CHUNK, (i + 1) * CHUNK)]),
  );
  return (await Promise.all(chunks)).flat();
};

export const open = (count) => mapped(pool(2), inChunks, count);
