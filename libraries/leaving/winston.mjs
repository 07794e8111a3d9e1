import { createLogger, transports } from "winston";

/** One a file, as the tasks of a worker share it. */
const logs = new Map();

export function leave(line, filename) {
  let log = logs.get(filename);
  if (log === undefined) {
    log = createLogger({ transports: [new transports.File({ filename })] });
    logs.set(filename, log);
  }
  log.info(line);
}
