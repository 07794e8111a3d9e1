import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { started } from "./started.mjs";

export const name = "bare Worker";
export const open = (count) =>
  started(count, () => once(new Worker(new URL("../../tasks.mjs", import.meta.url)), "exit"));
