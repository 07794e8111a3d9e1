import { setTimeout as pass } from "node:timers/promises";

async function initialize() {
  await pass(1);
  return ({ a, b }) => a + b;
}

export default initialize();
