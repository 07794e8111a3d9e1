import { subscribe } from "node:diagnostics_channel";
import { availableParallelism } from "node:os";
import type { Host, KernelHost } from "@heddle/core";
import { isEntry } from "./entry.js";
import { aroundExitHooks } from "./exit-hooks.js";
import { collectGarbage } from "./garbage.js";
import { onIdle } from "./idle.js";
import { importerOf } from "./importer.js";
import { requireModule, specifierOf } from "./loaders.js";
import { runningModule } from "./running-module.js";

function reportError(text: string): void {
  process.stderr.write(`${text}\n`);
}

function warn(warning: Error): void {
  process.emitWarning(warning);
}

/** Node, for the kernel alone. */
export const nodeKernelHost: KernelHost = {
  availableParallelism,
  collectGarbage,
  reportError,
  warn,
};

/** Node's words about itself. */
export const nodeHost: Host = {
  availableParallelism,
  collectGarbage,
  reportError,
  warn,
  // A getter, so that bundlers can leave this object out where only its neighbours are used.
  get pid() {
    return process.pid;
  },
  isEntry,
  runningModule,
  importerOf,
  requireModule,
  specifierOf,
  onExit: aroundExitHooks,
  onIdle,
  onDiagnostics: subscribe,
  exit() {
    process.exit();
  },
  setExitCode(code) {
    process.exitCode = code;
  },
};
