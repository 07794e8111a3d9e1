import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";

/**
 * Types the lines of a file into a REPL, each once it is asked for, and prints what the REPL does. Fails if the REPL told of an error.
 *
 *     node repl.mjs file command of the REPL, and its arguments
 */
const [file = "", command = "", ...args] = process.argv.slice(2);
const lines = readFileSync(file, "utf8").trim().split("\n");
const repl = spawn(command, args, {
  stdio: ["pipe", "pipe", "inherit"],
  env: { ...process.env, NO_COLOR: "1", TERM: "dumb" },
});
let since = "";
let hasFailed = false;
repl.stdout.setEncoding("utf8").on("data", (text) => {
  process.stdout.write(text);
  since += text;
  hasFailed ||= /^(?:Uncaught|\w*Error:)/m.test(since);
  if (!since.endsWith("> ")) return;
  since = "";
  const line = lines.shift();
  if (line === undefined) repl.stdin.end();
  else repl.stdin.write(`${line}\n`);
});
const [code] = await once(repl, "close");
process.exitCode = hasFailed ? 1 : code;
