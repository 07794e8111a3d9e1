import { isMain, Pool } from "@heddle/node-threads";
import { check, lateCheck } from "./tasks.ts";

async function main(): Promise<void> {
  const pool = new Pool({ size: 1 });
  for (const one of [check, lateCheck]) {
    const error: unknown = await pool.run(one, { id: 1, items: [] }).catch((error: unknown) => error);
    // The first frame is the worker's, the line of the source that failed.
    const [frame = ""] = (error as Error).stack?.split("\n").filter((line) => /^\s+at /.test(line)) ?? [];
    console.log((error as Error).name, /(\w+\.ts:\d+):\d+\)?$/.exec(frame)?.[1] ?? frame);
  }
  await pool.close();
}

if (isMain(import.meta)) main();
