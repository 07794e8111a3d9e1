import type { ChildProcess, ForkOptions } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { ResourceLimits } from "@heddle/core";
import type { Runtime } from "./runtime.js";
import { withStartupInfo } from "./startup-info.js";

/** How a process is started: as by `fork` of node:child_process. */
export type Fork = (modulePath: string, args: readonly string[], options: ForkOptions) => ChildProcess;

/**
 * Starts processes by `fork`, with the channel that makes `process.send` and is left to the program.
 *
 * @param argumentsFor the runtime's own arguments, for a process with these limits and these options
 */
export const startByFork =
  (fork: Fork, argumentsFor: (limits: ResourceLimits | undefined, given: object) => string[]): Runtime["start"] =>
  ({ url, adapter, startup, inherited, env, limits, given, onExit, onFail }) => {
    const forked = fork(fileURLToPath(url), (given as { argv?: readonly string[] }).argv ?? process.argv.slice(2), {
      env: withStartupInfo(adapter, startup, env),
      execArgv: argumentsFor(limits, given),
      stdio: ["ignore", "inherit", "inherit", "ipc", ...inherited],
    });
    forked.channel?.unref();
    forked.on("exit", onExit);
    // Any other error of it ends it.
    forked.on("error", (error) => {
      if (forked.pid === undefined) onFail(error);
    });
    return {
      pid: forked.pid,
      channel: forked,
      kill: (signal) => forked.kill(signal),
      setKeepsAlive(keeps) {
        if (keeps) forked.ref();
        else forked.unref();
      },
    };
  };
