import { once } from "node:events";
import pino from "pino";

/** One a file, as the tasks of a worker share it. */
const logs = new Map();

export function leave(line, dest) {
  let log = logs.get(dest);
  if (log === undefined) {
    const destination = pino.destination({ dest, sync: false, minLength: 16_000 });
    log = { destination, pino: pino(destination) };
    logs.set(dest, log);
  }
  log.pino.info(line);
}

/** pino writes its buffer at the end of a main thread by itself, and of no other. */
export async function finish() {
  for (const { destination } of logs.values()) {
    destination.end();
    await once(destination, "close");
  }
}
