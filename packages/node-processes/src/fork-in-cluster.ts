import { fork } from "node:child_process";
import cluster, { type ClusterSettings } from "node:cluster";
import type { Fork } from "@heddle/process-host";

/**
 * Starts a process as a worker of this process's cluster, which may listen on its ports. Only the primary has a cluster: its workers start
 * processes like any other.
 */
export const forkInCluster: Fork = (modulePath, args, options) => {
  if (!cluster.isPrimary) return fork(modulePath, args, options);
  const { env, execArgv, stdio } = options;
  const ours = { exec: modulePath, args: [...args], execArgv, stdio } as ClusterSettings;
  const worker = withSettings(ours, () => cluster.fork(exactly(env)));
  // It repeats what goes wrong with its process, which is heard of from that; unheard, it would end the program.
  worker.on("error", () => {});
  return worker.process;
};

/** The program may have settings, and workers, of its own: they are as they were afterwards. */
function withSettings<T>(settings: ClusterSettings, act: () => T): T {
  const holder = cluster as { settings: ClusterSettings };
  const before = holder.settings;
  holder.settings = settings;
  try {
    return act();
  } finally {
    holder.settings = before;
  }
}

/** A cluster adds this process's environment to the one it is given: variables that are not in that are to be left out. */
function exactly(env: NodeJS.ProcessEnv | undefined): NodeJS.ProcessEnv {
  const nothing = Object.keys(process.env).map((name) => [name, undefined] as const);
  return { ...Object.fromEntries(nothing), ...env };
}
