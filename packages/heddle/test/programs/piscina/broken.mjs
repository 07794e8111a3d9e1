import { setTimeout as pass } from "node:timers/promises";

async function initialize() {
  await pass(1);
  throw new RangeError("no connection");
}

export default initialize();
