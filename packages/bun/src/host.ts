import type { Host } from "@heddle/core";
import { nodeHost } from "@heddle/node-host";

/** Bun's words about itself: Node's, and how it prints errors. */
export const bunHost: Host = { ...nodeHost, skipsUnnamedFrames: true, onExit: aroundExitHooks };

/** Bun calls the listeners for "exit" by itself, without `process.emit`. So the last one is moved behind each that the program adds. */
function aroundExitHooks(end: (exitCode: number) => void, begin: () => void): void {
  const last = (exitCode: number): void => end(exitCode);
  const { on, off } = process;
  const listen = (event: string, listener: (exitCode: number) => void): unknown =>
    Reflect.apply(on, process, [event, listener]);
  listen("exit", begin);
  listen("exit", last);
  for (const name of ["on", "addListener", "once"] as const) {
    const add = process[name];
    const addBefore = (...given: unknown[]): NodeJS.Process => {
      Reflect.apply(add, process, given);
      if (given[0] === "exit") {
        Reflect.apply(off, process, ["exit", last]);
        listen("exit", last);
      }
      return process;
    };
    Object.assign(process, { [name]: addBefore });
  }
}
