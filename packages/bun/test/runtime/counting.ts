/** Two processes count in memory that both have mapped, in both ways to do so at once; the first prints what they came to. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cString, mapMemory, O_RDWR } from "@heddle/process-host";
import { posix, system } from "../../src/processes/libc.js";
import { bunRuntime } from "../../src/processes/runtime.js";

const TIMES = 500_000;
const [ADDED, EXCHANGED, READY] = [0, 1, 2] as const;

const [, program = "", creator, shared, token] = process.argv;
const isFirst = creator === undefined;
const open = (): number => posix.open(cString(`/proc/${creator}/fd/${shared}`), O_RDWR);
const memory = isFirst
  ? mapMemory(bunRuntime, system, system.makeFile("counts"))
  : mapMemory(bunRuntime, system, open(), JSON.parse(token ?? ""));
memory.grow(4096);
const words = new Int32Array(memory.buffer, 0, 3);

const args = [program, `${process.pid}`, `${memory.fd}`, JSON.stringify(memory.token)];
const other = isFirst ? spawn(process.execPath, args, { stdio: "inherit" }) : undefined;

Atomics.add(words, READY, 1);
while (Atomics.load(words, READY) < 2) Bun.sleepSync(1);
for (let n = 0; n < TIMES; n++) {
  Atomics.add(words, ADDED, 1);
  for (let seen = Atomics.load(words, EXCHANGED); ; seen = Atomics.load(words, EXCHANGED)) {
    if (Atomics.compareExchange(words, EXCHANGED, seen, seen + 1) === seen) break;
  }
}

if (other !== undefined) {
  const [code] = await once(other, "exit");
  console.log(code, words[ADDED] === 2 * TIMES, words[EXCHANGED] === 2 * TIMES);
}
