import assert from "node:assert/strict";
import type { ChildProcess } from "node:child_process";
import { EventEmitter } from "node:events";
import type { SpawnRequest } from "@heddle/core";
import { describe, it } from "vitest";
import { OwnBell } from "../src/own-bell.js";
import type { Order, Runtime } from "../src/runtime.js";
import { type SpawnContext, spawnProcess } from "../src/spawned-process.js";
import { startByFork } from "../src/start-by-fork.js";
import type { System } from "../src/systems/system.js";
import { descriptors, makers, real, type Whole, withMoreAndMore } from "./natives.js";

/** A request that writes down what it is told. */
function request(heard: unknown[]): SpawnRequest {
  return {
    url: import.meta.url,
    name: "child",
    boot: { job: "none" },
    env: undefined,
    resourceLimits: undefined,
    given: {},
    onMessage: (message) => heard.push(message),
    onUncaught: (error) => heard.push(error),
    onDeath: (...death) => heard.push(death),
    onEnd: () => heard.push("end"),
  };
}

/** A context whose processes are started as `start` says. */
function context(system: System, runtime: Whole, start: Runtime["start"]): SpawnContext {
  const bell = system.bells.make();
  const region = system.makeFile("region");
  // It listens to nothing: a listener would outlive the test.
  const starting: Runtime = { ...runtime, listen() {}, start };
  const own = new OwnBell(starting, bell);
  return { adapter: "test", runtime: starting, system, region, own, children: new Set() };
}

const pretend = (signals: string[] = []): { start: Runtime["start"]; orders: Order[] } => {
  const orders: Order[] = [];
  const start: Runtime["start"] = (order) => {
    orders.push(order);
    return { channel: new EventEmitter(), pid: undefined, kill: (signal) => signals.push(signal), setKeepsAlive() {} };
  };
  return { start, orders };
};

for (const make of makers) {
  describe(`starting a process (${make.name})`, () => {
    it("opens nothing for good if it cannot open all, whichever is missing", () => {
      withMoreAndMore(make, (system, runtime) => {
        const { start, orders } = pretend();
        const bell = system.bells.make();
        try {
          const region = 0;
          const starting: Runtime = { ...runtime, listen() {}, start };
          const own = new OwnBell(starting, bell);
          spawnProcess({ adapter: "test", runtime: starting, system, region, own, children: new Set() }, request([]));
        } catch (error) {
          bell.close();
          throw error;
        }
        return () => {
          orders[0]?.onExit(0, null);
          bell.close();
        };
      });
    });

    it("opens nothing for good if it cannot be started, or what it is told cannot be written", () => {
      const system = make(real);
      const parent = context(system, real, () => {
        throw Object.assign(new Error("spawn E2BIG"), { code: "E2BIG" });
      });
      const before = descriptors();
      assert.throws(() => spawnProcess(parent, request([])), { code: "HEDDLE_SYSTEM", message: /E2BIG.*`env`/ });
      assert.throws(() => spawnProcess(parent, { ...request([]), boot: () => {} }));
      assert.deepEqual(descriptors(), before);
    });

    it("starts nothing if this process cannot hear its bell, and hears it the next time", () => {
      const { start, orders } = pretend();
      const system = make(real);
      const parent = context(system, real, start);
      let listened = 0;
      const listen = (): void => {
        if (++listened === 1) throw new Error("no room");
      };
      const own = new OwnBell({ ...real, listen }, parent.own.bell);
      const before = descriptors();
      assert.throws(() => spawnProcess({ ...parent, own }, request([])), /no room/);
      assert.deepEqual([orders.length, descriptors()], [0, before]);
      spawnProcess({ ...parent, own }, request([]));
      assert.deepEqual([orders.length, listened], [1, 2]);
    });

    it("tells of one that could not be started what is the matter, its death and its end, in this order", () => {
      const heard: unknown[] = [];
      const system = make(real);
      const { start, orders } = pretend();
      const parent = context(system, real, start);
      const before = descriptors();
      assert.equal(spawnProcess(parent, request(heard)).pid, undefined);
      orders[0]?.onFail(Object.assign(new Error("spawn EAGAIN"), { code: "EAGAIN" }));
      const [error, ...rest] = heard;
      assert.match(String(error), /^HeddleError: .*EAGAIN.*`ulimit -u`/);
      assert.deepEqual(rest, [[1], "end"]);
      assert.deepEqual(descriptors(), before);
    });

    it("tells it what it inherits, in the numbers that it has there", () => {
      const { start, orders } = pretend();
      const system = make(real);
      spawnProcess(context(system, real, start), request([]));
      const [order] = orders;
      const startup = JSON.parse(order?.startup ?? "");
      assert.equal(startup.system, system.name);
      assert.deepEqual(
        startup.inherited,
        order?.inherited.map((_, n) => 4 + n),
      );
    });
  });
}

describe("starting a process by fork", () => {
  const order = (heard: unknown[]): Order => ({
    url: import.meta.url,
    adapter: "test",
    startup: "startup info",
    inherited: [7, 8],
    env: undefined,
    limits: undefined,
    given: {},
    onExit: (...exit) => heard.push(exit),
    onFail: (error) => heard.push(error),
  });
  /** The stand-in for a process. */
  const forked = (pid: number | undefined): ChildProcess => Object.assign(new EventEmitter(), { pid }) as ChildProcess;

  it("passes descriptors on behind the channel", () => {
    let stdio: unknown;
    startByFork(
      (_path, _args, options) => {
        stdio = options.stdio;
        return forked(1);
      },
      () => [],
    )(order([]));
    assert.deepEqual(stdio, ["ignore", "inherit", "inherit", "ipc", 7, 8]);
  });

  it("fails if there is no process, and only then", () => {
    for (const pid of [undefined, 1]) {
      const heard: unknown[] = [];
      const child = forked(pid);
      startByFork(
        () => child,
        () => [],
      )(order(heard));
      const error = new Error("spawn EAGAIN");
      child.emit("error", error);
      assert.deepEqual(heard, pid === undefined ? [error] : []);
    }
  });
});
