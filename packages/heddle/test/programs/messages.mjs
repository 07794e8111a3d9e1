// @ts-check
/** The things that a process inherits: its environment, no input, no descriptors for programs that it starts; `process.send` is its own. */
import { execFileSync } from "node:child_process";
import * as heddle from "heddle/processes";

const { isMain, task } = heddle;

const descriptors = () => execFileSync("ls", ["/proc/self/fd"], { encoding: "utf8" }).trim().split("\n");

export const look = task(import.meta, function look() {
  const heard = process.listenerCount("message") + process.listenerCount("disconnect");
  const { HEDDLE_PROCESS: born, COLOUR: colour, PATH: path } = process.env;
  return { heard, canSend: typeof process.send, descriptors: descriptors(), born, colour, hasPath: path !== undefined };
});

if (isMain(import.meta)) {
  const env = { ...process.env, COLOUR: "blue" };
  const worker = new heddle.Process(look, { env }).start();
  console.log(JSON.stringify({ ...(await worker.result), ours: descriptors() }));
}
