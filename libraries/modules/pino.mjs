import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pino from "pino";

export async function work() {
  const folder = await mkdtemp(join(tmpdir(), "pino-"));
  const destination = join(folder, "log");
  const transport = pino.transport({ target: "pino/file", options: { destination } });
  const log = pino(transport);
  log.info("one");
  log.info("two");
  const closed = new Promise((resolve) => transport.once("close", resolve));
  transport.end();
  await closed;
  const lines = (await readFile(destination, "utf8")).trim().split("\n");
  await rm(folder, { recursive: true });
  return lines.map((line) => JSON.parse(line).msg);
}

export const fail = () => pino({ level: "loud" });
