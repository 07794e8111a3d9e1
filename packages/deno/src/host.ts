import type { Host } from "@heddle/core";
import { collectGarbage, filesOnStack, importerOf } from "@heddle/node-host";

/** Deno's words about itself. */
export const denoHost: Host = {
  pid: Deno.pid,
  availableParallelism: () => navigator.hardwareConcurrency,
  isEntry: (moduleUrl) => Deno.mainModule === moduleUrl,
  runningModule: (given, below) => given ?? filesOnStack(below)[0],
  importerOf: (moduleUrl) => (moduleUrl === undefined ? undefined : importerOf(moduleUrl)),
  onExit(hook) {
    globalThis.addEventListener("unload", () => hook(Deno.exitCode));
  },
  onIdle(hook) {
    process.on("beforeExit", hook);
  },
  collectGarbage,
  losesUnreadErrors: true,
  exit() {
    process.exit();
  },
  setExitCode(code) {
    Deno.exitCode = code;
  },
  reportError(text) {
    console.error(text);
  },
  warn(warning) {
    process.emitWarning(warning);
  },
};
