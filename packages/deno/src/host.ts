import type { Host } from "@heddle/core";
import { collectGarbage, filesOnStack, importerOf } from "@heddle/node-host";

/** Deno's words about itself. */
export const denoHost: Host = {
  pid: Deno.pid,
  availableParallelism: () => navigator.hardwareConcurrency,
  isEntry: (moduleUrl) => Deno.mainModule === moduleUrl,
  runningModule: (given, below) => given ?? filesOnStack(below)[0],
  importerOf: (moduleUrl) => (moduleUrl === undefined ? undefined : importerOf(moduleUrl)),
  onExit(end, begin) {
    let isEnding = false;
    globalThis.addEventListener("unload", (event) => {
      if (isEnding) return;
      isEnding = true;
      begin();
      // All other listeners come first.
      event.stopImmediatePropagation();
      globalThis.dispatchEvent(new Event("unload"));
      // A process that ends by itself has its listeners for "exit" called only after "unload", unless they were called.
      const ending = process as typeof process & { _exiting?: boolean };
      if (ending._exiting !== true) {
        ending._exiting = true;
        process.emit("exit", Deno.exitCode);
      }
      end(Deno.exitCode);
    });
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
