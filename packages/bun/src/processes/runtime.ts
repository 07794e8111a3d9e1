import { deserialize, serialize } from "bun:jsc";
import { fork } from "node:child_process";
import { Console } from "node:console";
import { asyncContext, keepAlive, nodeHost } from "@heddle/node-host";
import { type Runtime, startByFork, takeBirth } from "@heddle/process-host";
import { errno, posix } from "./libc.js";
import { listen } from "./listen.js";
import { mapped } from "./mapped.js";

/** Processes as Bun has them. */
export const bunRuntime: Runtime = {
  posix,
  errno,
  mapped,
  serialize: (message) => serialize(message, { binaryType: "nodebuffer" }),
  deserialize,
  listen,
  birth: takeBirth,
  start: startByFork(fork, () => process.execArgv),
  adoptConsole() {
    // Bun's own writes straight to the descriptors.
    Object.assign(console, new Console(process.stdout, process.stderr));
  },
  limits: false,
  host: nodeHost,
  keepAlive: keepAlive(),
  context: asyncContext(),
};
