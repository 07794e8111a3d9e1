/** Three machines share the tasks of one pool. One of them is killed in the middle: the others do its work. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { asCompleted, connect } from "@heddle/redis";
import { isMain, tasksFrom } from "heddle";
import { killed, program, startServer } from "./server.js";
import type * as tasks from "./tasks.js";

const MACHINES = 3;
const TASKS = 36;
const KILLED_AFTER = 12;
const PRIMES_BELOW = 100_000;
/** A machine that was not heard of for so many milliseconds counts as dead. */
const LEASE = 2000;

const module = new URL("./tasks.js", import.meta.url);
const { countPrimes } = tasksFrom<typeof tasks>(module);

/** Starts a machine, as `npx heddle worker` does on one of its own, and waits until it serves. */
async function startMachine(name: string, url: string): Promise<ChildProcess> {
  const command = fileURLToPath(new URL("../node_modules/.bin/heddle", import.meta.url));
  const options = ["--size", "2", "--lease", String(LEASE), "--name", name];
  const machine = spawn(command, ["worker", fileURLToPath(module), ...options], {
    env: { ...process.env, HEDDLE_URL: url },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(machine, "exit").then(() => {
    throw new Error(`${name} has not started`);
  });
  await Promise.race([once(machine.stdout, "data"), ended]);
  ended.catch(() => {});
  return machine;
}

async function show(url: string): Promise<void> {
  const names = Array.from({ length: MACHINES }, (_, n) => `machine ${n + 1}`);
  const machines = await Promise.all(names.map((name) => startMachine(name, url)));
  const cluster = await connect({ url });
  try {
    const pool = new cluster.Pool();
    console.log(`${names.join(", ")} serve one pool of ${await pool.size} workers.`);
    const futures = Array.from({ length: TASKS }, () => pool.submit(countPrimes, [PRIMES_BELOW], { retries: 2 }));
    const ran = new Map(names.map((name) => [name, 0]));
    let done = 0;
    for await (const outcome of asCompleted(futures)) {
      if (outcome.status === "rejected") throw outcome.reason;
      const name = outcome.value.worker.replace(/-\d+$/, "");
      ran.set(name, (ran.get(name) ?? 0) + 1);
      if (++done !== KILLED_AFTER) continue;
      console.log(`${done} of ${TASKS} tasks are done: machine 2 is killed.`);
      await killed(machines[1] as ChildProcess);
    }
    console.log(`${done} of ${TASKS} tasks are done, on a pool of ${await pool.size} workers.`);
    for (const [name, count] of ran) console.log(`${name} has done ${count}`);
  } finally {
    await cluster.close();
    for (const machine of machines) machine.kill("SIGTERM");
    await Promise.all(machines.map((machine) => machine.exitCode ?? machine.signalCode ?? once(machine, "exit")));
  }
}

if (isMain(import.meta)) {
  if (program === undefined) {
    console.log("Not shown: there is neither valkey-server nor redis-server here.");
  } else {
    const server = await startServer();
    try {
      await show(server.url);
    } finally {
      await server.stop();
    }
  }
}
