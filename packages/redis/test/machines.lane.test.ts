import assert from "node:assert/strict";
import { tasksFrom } from "heddle";
import { it } from "vitest";
import { type Cluster, connect } from "../dist/index.js";
import { LEASE } from "./command.js";
import { describeMachines, tasks } from "./machines.js";

describeMachines("machines of a pool, one by one", (scene) => {
  it("a call with retries starts again on another machine", async () => {
    const { cluster, start } = scene();
    const pool = new cluster.Pool();
    const first = await start("--size", "1");
    const future = pool.submit(tasks.nap, [60_000], { retries: 1 });
    while (future.state !== "running") await new Promise(setImmediate);
    const second = await start("--size", "1");
    const quick = pool.submit(tasks.pidOf, []);
    assert.equal(await quick, second.pid);
    await first.kill();
    // It runs there from then on: another call has to wait.
    while ((await pool.size) === 2 || (await pool.running) === 0);
    const stopped = future.cancel();
    assert.equal(await stopped, false);
    assert.equal(future.state, "running");
    await second.kill();
    await assert.rejects(future, { code: "HEDDLE_WORKER_CRASHED" });
  });

  it("one that is stopped does not take calls with it that it has not started", async () => {
    const { cluster, start } = scene();
    const pool = new cluster.Pool();
    const idle = await start("--size", "1");
    await pool.run(tasks.square, 1);
    const other = await start("--size", "1");
    idle.child.kill("SIGSTOP");
    const [one, two] = [pool.submit(tasks.pidOf, []), pool.submit(tasks.pidOf, [])];
    assert.deepEqual(await Promise.all([one, two]), [other.pid, other.pid]);
    idle.child.kill("SIGCONT");
    while ((await pool.size) < 2);
    // It serves again, in a new session.
    await other.kill();
    assert.equal(await pool.run(tasks.pidOf), idle.pid);
  });

  it("one that computes for longer than its lease keeps its call", async () => {
    const { cluster, start } = scene();
    const pool = new cluster.Pool();
    await start("--size", "1");
    assert.equal(await pool.run(tasks.compute, 1.5 * LEASE), "computed");
  });

  it("SIGTERM lets it finish what it runs, and take no more", async () => {
    const { cluster, start } = scene();
    const pool = new cluster.Pool();
    const command = await start("--size", "2");
    const running = pool.submit(tasks.nap, [500]);
    while (running.state !== "running") await new Promise(setImmediate);
    command.child.kill("SIGTERM");
    assert.match(await command.line(), /SIGTERM/);
    const later = pool.submit(tasks.pidOf, []);
    assert.equal(await running, command.pid);
    assert.equal(await command.ended(), 0);
    assert.equal(later.state, "pending");
    const next = await start("--size", "1");
    assert.equal(await later, next.pid);
  });

  it("releases are routed to machines of their own", async () => {
    const { server, cluster, start } = scene();
    const next = await connect({ url: server.url, lease: LEASE, release: "next" });
    const [now, soon] = await Promise.all([start("--size", "1"), start("--size", "1", "--release", "next")]);
    const pids = async (of: Cluster): Promise<unknown> => {
      const pool = new of.Pool();
      return new Set(await Promise.all([1, 2, 3].map(() => pool.run(tasks.pidOf))));
    };
    assert.deepEqual(await Promise.all([pids(cluster), pids(next)]), [new Set([now.pid]), new Set([soon.pid])]);
    await next.close();
  });

  it("runs tasks in processes, too, and no module that was not named", async () => {
    const { cluster, start } = scene();
    const pool = new cluster.Pool();
    const command = await start("--size", "1", "--processes");
    assert.notEqual(await pool.run(tasks.pidOf), command.pid);
    await assert.rejects(pool.run(tasks.crash), { code: "HEDDLE_WORKER_CRASHED", exitCode: 3 });
    const { basename } = tasksFrom<typeof import("node:path")>("node:path");
    const never = pool.submit(basename, ["/a/b"]);
    await pool.run(tasks.square, 1);
    assert.equal(never.state, "pending");
    assert.equal(await never.cancel(), true);
    await assert.rejects(never, { name: "AbortError" });
  });

  it("the calls of a program that dies are dropped, and asked to stop", async () => {
    const { server, cluster, start } = scene();
    const pool = new cluster.Pool();
    await start("--size", "1");
    const other = await connect({ url: server.url, lease: LEASE });
    const theirs = new other.Pool();
    const running = theirs.submit(tasks.waitForStop, []);
    while (running.state !== "running") await new Promise(setImmediate);
    const waiting = theirs.submit(tasks.square, [1]);
    const lost = [running, waiting].map((future) => assert.rejects(future, { code: "HEDDLE_LEASE_LOST" }));
    while ((await pool.queued) === 0);
    await other.close();
    await Promise.all(lost);
    assert.equal(await pool.queued, 0);
    assert.equal(await pool.run(tasks.square, 5), 25);
    assert.equal(await pool.running, 0);
    const left = await server.keys("*");
    assert.deepEqual(
      left.filter((key) => /:(by|at|line|promised|pieces):/.test(key)),
      [],
    );
  });
});
