import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLogger, format, transports } from "winston";

export async function work() {
  const folder = await mkdtemp(join(tmpdir(), "winston-"));
  const filename = join(folder, "log");
  const file = new transports.File({ filename });
  const log = createLogger({ format: format.json(), transports: [file] });
  log.info("one");
  log.info("two");
  const written = new Promise((resolve) => file.once("finish", resolve));
  log.end();
  await written;
  const lines = (await readFile(filename, "utf8")).trim().split("\n");
  await rm(folder, { recursive: true });
  return lines.map((line) => JSON.parse(line).message);
}

export const fail = () => new transports.File({});
