import pino from "pino";

/** One a file, as the tasks of a worker share it. */
const logs = new Map();

export function leave(line, destination) {
  let log = logs.get(destination);
  if (log === undefined) {
    log = pino(pino.transport({ target: "pino/file", options: { destination } }));
    logs.set(destination, log);
  }
  log.info(line);
}
