import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { started } from "./started.mjs";

export const name = "child_process.fork";

const file = fileURLToPath(new URL("../../tasks.mjs", import.meta.url));

export const open = (count) => started(count, () => once(fork(file), "exit"));
