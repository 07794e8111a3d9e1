import { asyncContext, keepAlive } from "@heddle/node-host";
import { byNodeApis, type Runtime, takeStartupInfo } from "@heddle/process-host";
import { denoHost } from "../host.js";
import { DENO_OPTIONS_OF_WORKERS } from "../permission-option.js";
import { withDenosSignals } from "../signals.js";
import { adoptConsole } from "./console.js";
import { demand } from "./needs.js";
import { environment, errno, mapped, posix, system } from "./posix.js";
import { start } from "./start.js";

/** Processes as Deno has them. */
export const denoRuntime: Runtime = {
  posix,
  errno,
  system: () => system,
  mapped,
  ...byNodeApis,
  startup(adapter) {
    const startup = takeStartupInfo(adapter, environment);
    // A process that may start no other is still good for something.
    if (startup === undefined) demand("run");
    return startup;
  },
  // Deno passes none on by another number.
  inheritedAs: (descriptors) => descriptors,
  start,
  adoptConsole,
  ownOptions: DENO_OPTIONS_OF_WORKERS,
  limits: true,
  host: denoHost,
  keepAlive: withDenosSignals(keepAlive()),
  context: asyncContext((origin) => origin === "unhandledRejection"),
};
