import { deserialize, serialize } from "bun:jsc";
import { asyncContext } from "@heddle/node-host";
import { inOrder, type Runtime, takeStartupInfo } from "@heddle/process-host";
import { bunHost } from "../host.js";
import { keepAliveAndTell } from "../keep-alive.js";
import { adoptConsole } from "./console.js";
import { errno, posix, system } from "./libc.js";
import { listen } from "./listen.js";
import { mapped } from "./mapped.js";
import { throwRejections } from "./rejections.js";
import { start } from "./start.js";

/** Processes as Bun has them. */
export const bunRuntime: Runtime = {
  posix,
  errno,
  system: () => system,
  mapped,
  serialize: (message) => serialize(message, { binaryType: "nodebuffer" }),
  deserialize,
  listen,
  startup(adapter) {
    const startupInfo = takeStartupInfo(adapter);
    if (startupInfo !== undefined) throwRejections();
    return startupInfo;
  },
  inheritedAs: inOrder,
  start,
  adoptConsole,
  limits: false,
  host: bunHost,
  keepAlive: keepAliveAndTell(),
  context: asyncContext((origin) => origin === "uncaughtException"),
};
