import { subscribe } from "node:diagnostics_channel";
import { availableParallelism } from "node:os";
import type { Host } from "@heddle/core";
import { isEntry } from "./entry.js";
import { collectGarbage } from "./garbage.js";
import { importerOf } from "./importer.js";
import { requireModule } from "./loaders.js";
import { runningModule } from "./running-module.js";

/** Node's words about itself. */
export const nodeHost: Host = {
  // A getter, so that bundlers can leave this object out where only its neighbours are used.
  get pid() {
    return process.pid;
  },
  availableParallelism,
  isEntry,
  runningModule,
  importerOf,
  requireModule,
  onExit(hook) {
    process.on("exit", hook);
  },
  onIdle(hook) {
    process.on("beforeExit", hook);
  },
  onDiagnostics: subscribe,
  collectGarbage,
  exit() {
    process.exit();
  },
  setExitCode(code) {
    process.exitCode = code;
  },
  reportError(text) {
    process.stderr.write(`${text}\n`);
  },
};
