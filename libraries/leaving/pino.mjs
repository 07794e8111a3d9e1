import pino from "pino";

const log = pino();

export function leave(line) {
  log.info(line);
}
