import type { Host } from "@heddle/core";

/** What Deno says of itself. */
export const denoHost: Host = {
  pid: Deno.pid,
  availableParallelism: () => navigator.hardwareConcurrency,
  isEntry: (moduleUrl) => Deno.mainModule === moduleUrl,
  onExit(hook) {
    globalThis.addEventListener("unload", () => hook(Deno.exitCode));
  },
  onIdle(hook) {
    process.on("beforeExit", hook);
  },
  exit() {
    process.exit();
  },
  setExitCode(code) {
    Deno.exitCode = code;
  },
  reportError(text) {
    console.error(text);
  },
};
