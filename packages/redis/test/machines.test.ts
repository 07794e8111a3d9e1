import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, it } from "vitest";
import { COMMAND } from "./command.js";
import { describeMachines, tasks } from "./machines.js";

describeMachines("machines of a pool", (scene) => {
  it("one that is killed costs what had started there: the rest runs elsewhere", async () => {
    const { cluster, start } = scene();
    const pool = new cluster.Pool();
    const machines = await Promise.all([start("--size", "2"), start("--size", "2")]);
    assert.equal(await pool.size, 4);
    const long = Array.from({ length: 4 }, () => pool.submit(tasks.waitForStop, []));
    while (long.some(({ state }) => state !== "running")) await new Promise(setImmediate);
    const later = Array.from({ length: 20 }, () => pool.submit(tasks.pidOf, []));
    while ((await pool.queued) < 20);
    await machines[0].kill();
    // What it ran is told of once its lease has passed.
    const crashes: unknown[] = [];
    for (const future of long) future.catch((error: unknown) => crashes.push(error));
    while (crashes.length < 2) await new Promise((resolve) => setTimeout(resolve, 10));
    assert.deepEqual(
      crashes.map((error) => (error as { code: string }).code),
      ["HEDDLE_WORKER_CRASHED", "HEDDLE_WORKER_CRASHED"],
    );
    assert.match(String((crashes[0] as Error).stack), /machines\.test/);
    for (const future of long) await future.cancel();
    const pids = new Set(await Promise.all(later));
    assert.ok(!pids.has(machines[0].pid) && pids.size > 0);
    assert.equal(await pool.size, 2);
  });
});

describe("the command heddle worker", () => {
  const run = async (...args: string[]) => {
    const child = spawn(process.execPath, [COMMAND, ...args], { stdio: ["ignore", "pipe", "pipe"] });
    const texts = { out: "", err: "" };
    child.stdout.on("data", (text) => {
      texts.out += text;
    });
    child.stderr.on("data", (text) => {
      texts.err += text;
    });
    const [code] = await once(child, "close");
    return { code, ...texts };
  };

  it("says what is wrong with its arguments", async () => {
    const [help, verb, server, option] = await Promise.all([
      run("--help"),
      run("work"),
      run("worker", "./tasks.js"),
      run("worker", "--sizes", "1"),
    ]);
    assert.equal(help.code, 0);
    assert.match(help.out, /--queues/);
    for (const wrong of [verb, server, option]) assert.equal(wrong.code, 2);
    assert.match(verb.err, /"heddle worker", not "heddle work"/);
    assert.match(server.err, /--url/);
    assert.match(option.err, /--sizes/);
  });
});
