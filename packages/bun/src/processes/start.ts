import { fileURLToPath } from "node:url";
import { type Runtime, withStartupInfo } from "@heddle/process-host";
import { flagsForChild } from "./flags.js";

/** Starts a process that runs as this one does: by the same flags of Bun's, and with the same arguments. */
export const start: Runtime["start"] = ({ url, adapter, startup, inherited, env, onExit }) => {
  const child = Bun.spawn([process.execPath, ...beginningWith(url), ...process.argv.slice(2)], {
    env: withStartupInfo(adapter, startup, env),
    stdio: ["ignore", "inherit", "inherit", "ignore", ...inherited],
    onExit: ({ exitCode, signalCode }) => onExit(exitCode, signalCode as string | null),
  });
  return {
    pid: child.pid,
    kill: (signal) => child.kill(signal),
    setKeepsAlive(keeps) {
      if (keeps) child.ref();
      else child.unref();
    },
  };
};

/** The arguments that have Bun run that module. An executable runs its own program, which the adapter is part of, with flags of its own. */
const beginningWith = (url: string): string[] =>
  Bun.isStandaloneExecutable ? [] : [...flagsForChild(process.execArgv), fileURLToPath(url)];
