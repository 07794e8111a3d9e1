import type { ResourceLimits } from "@heddle/core";
import {
  execArgvForWorkers,
  keepAlive,
  loadersForWorkers,
  NODE_OPTIONS_OF_WORKERS,
  nodeAsyncContext,
  nodeHost,
  optionsOf,
} from "@heddle/node-host";
import {
  byNodeApis,
  type Fork,
  inOrder,
  type Runtime,
  startByFork,
  takeStartupInfo,
  v8Flags,
} from "@heddle/process-host";
import { handles } from "./handles.js";
import { listen } from "./listen.js";
import { errno, mapped, posix, systemNamed } from "./posix.js";

/** Processes as Node has them, which differ in how they are forked. */
export const nodeRuntime = (fork: Fork): Runtime => ({
  posix,
  errno,
  mapped,
  ...byNodeApis,
  system: systemNamed,
  listen,
  startup: takeStartupInfo,
  inheritedAs: inOrder,
  start: startByFork(fork, argumentsFor),
  // It does so anyway.
  adoptConsole() {},
  handles,
  limits: true,
  ownOptions: NODE_OPTIONS_OF_WORKERS,
  host: nodeHost,
  keepAlive: keepAlive(),
  context: nodeAsyncContext(),
});

/** Node's own arguments. Those of this process as they are, unless there is something to add: `fork` knows what to leave out. */
const argumentsFor = (limits: ResourceLimits | undefined, given: object): string[] => [
  ...(optionsOf(given).execArgv ?? execArgvForWorkers()),
  ...loadersForWorkers("process").flatMap(({ file }) => ["--require", file]),
  ...(limits === undefined ? [] : v8Flags(limits)),
];
