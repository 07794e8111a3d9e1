import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import { closeSync } from "node:fs";
import { describe, it } from "vitest";
import type { FromProcess } from "../src/creator.js";
import { Inbox, Outbox } from "../src/mailbox.js";
import { poll } from "../src/native/poll.js";
import { POLLIN } from "../src/native/posix.js";
import { OwnBell } from "../src/own-bell.js";
import type { HandleWay, Order, Runtime } from "../src/runtime.js";
import { spawnProcess } from "../src/spawned-process.js";
import type { Bell, Share, System } from "../src/systems/system.js";
import { descriptors, makers, real } from "./natives.js";

/** A process that only seems to have been started, from both sides. */
function pretend(system: System, way?: Partial<HandleWay>) {
  const acts: unknown[] = [];
  const before = descriptors();
  let order: Order | undefined;
  let share: Share<Bell> | undefined;
  let arrive: (handle: unknown) => void = () => {};
  let close: () => void = () => {};
  const handles: HandleWay = {
    sendModeOf: () => undefined,
    stop() {},
    isOpen: () => true,
    send: (_channel, given) => void acts.push({ handles: given }),
    hear: (_channel, onHandle) => {
      arrive = onHandle;
    },
    onClose: (_channel, closed) => {
      close = closed;
    },
    lost: () => "lost",
    ...way,
  };
  const runtime: Runtime = {
    ...real,
    handles: way === undefined ? (undefined as never) : handles,
    listen() {},
    start(given) {
      order = given;
      const kill = (signal: string): void => void acts.push(signal);
      return {
        channel: new EventEmitter(),
        pid: process.pid,
        kill,
        setKeepsAlive: (keeps) => void acts.push({ keeps }),
      };
    },
  };
  const wrapped: System = {
    ...system,
    prepareShare(given) {
      share = given as Share<Bell>;
      return { ...system.prepareShare(given as Share<Bell>), sever: () => void acts.push("severed") };
    },
  };
  const own = new OwnBell(runtime, system.bells.make());
  const region = system.makeFile("region");
  const worker = spawnProcess(
    { adapter: "test", runtime, system: wrapped, region, own, children: new Set() },
    {
      url: import.meta.url,
      name: "child",
      boot: "boot",
      env: undefined,
      resourceLimits: undefined,
      given: {},
      onMessage: (message) => acts.push({ message }),
      onUncaught: (uncaught) => acts.push({ uncaught }),
      onDeath: (...death) => acts.push({ death }),
      onEnd: () => acts.push("end"),
    },
  );
  if (order === undefined || share === undefined) throw new Error("it was not started");
  const outbox = new Outbox(real, share.outbox);
  const inbox = new Inbox(real, system, share.inbox);
  const { bell } = share;
  return {
    acts,
    worker,
    own,
    order,
    arrive: (handle: unknown) => arrive(handle),
    close: () => close(),
    tell: (sent: FromProcess) => outbox.put(sent),
    read: () => {
      for (const read of own.inboxReaders) read();
    },
    isWoken: () => poll(real.posix, [{ fd: bell.fd, events: POLLIN }], 0).length > 0,
    receive: () => inbox.receive()?.message,
    /** The descriptors that it has opened and not closed. */
    left() {
      closeSync(region);
      own.bell.close();
      return descriptors().filter((fd) => !before.includes(fd));
    },
  };
}

for (const make of makers) {
  const system = make(real);
  describe(`a process that was started (${make.name})`, () => {
    it("finds what it is for, then the messages, of each of which its bell tells", () => {
      const one = pretend(system);
      assert.equal(one.receive(), "boot");
      assert.equal(one.isWoken(), false);
      one.worker.post("a message", []);
      assert.equal(one.isWoken(), true);
      assert.equal(one.receive(), "a message");
      one.order.onExit(0, null);
      assert.deepEqual(one.left(), []);
    });

    it("is killed at once, and cut off where it may not be sent signals; once it is dead, nothing is sent to it", () => {
      const one = pretend(system);
      one.worker.kill();
      assert.deepEqual(one.acts.splice(0), ["SIGKILL", "severed"]);
      one.order.onExit(null, "SIGKILL");
      one.worker.kill();
      assert.deepEqual(one.acts, [{ death: [-9, "SIGKILL"] }, "end"]);
      assert.deepEqual(one.left(), []);
    });

    it("whose program listens to SIGTERM gets that first, also if that is not read yet", () => {
      const one = pretend(system);
      one.tell({ takesLeave: true });
      one.worker.kill();
      one.worker.kill();
      assert.deepEqual(one.acts.splice(0), ["SIGTERM", "SIGTERM"]);
      one.tell({ takesLeave: false });
      one.worker.kill();
      assert.deepEqual(one.acts.splice(0), ["SIGKILL", "severed"]);
      one.order.onExit(null, "SIGTERM");
      assert.deepEqual(one.left(), []);
    });

    it("is heard to the end: the messages that it sent before it died come before its end", () => {
      const one = pretend(system);
      one.tell({ message: 1 });
      one.read();
      one.tell({ message: 2 });
      one.tell({ uncaught: "an error" });
      one.order.onExit(3, null);
      one.order.onExit(3, null);
      assert.deepEqual(one.acts, [{ message: 1 }, { death: [3] }, { message: 2 }, { uncaught: "an error" }, "end"]);
      assert.equal(one.own.inboxReaders.size, 0);
      assert.deepEqual(one.left(), []);
    });

    it("gets handles once it hears of them; those that it sends are waited for, or lost with the channel", () => {
      let isOpen = true;
      const one = pretend(system, { isOpen: () => isOpen });
      one.worker.post({ transferables: ["to it"] }, []);
      // A message that cannot be sent: the next one's handles are its own.
      assert.throws(() => one.worker.post({ transferables: ["lost"], job: () => {} }, []));
      assert.deepEqual(one.acts, []);
      one.tell({ hears: true });
      one.read();
      assert.deepEqual(one.acts.splice(0), [{ handles: ["to it"] }]);
      one.tell({ message: { transferables: [null] } });
      one.tell({ message: { transferables: [null] } });
      one.order.onExit(0, null);
      assert.deepEqual(one.acts.splice(0), [{ death: [0] }]);
      one.arrive("from it");
      assert.deepEqual(one.acts.splice(0), [{ message: { transferables: ["from it"] } }]);
      isOpen = false;
      one.close();
      assert.deepEqual(one.acts, [{ message: { transferables: ["lost"] } }, "end"]);
      assert.deepEqual(one.left(), []);
    });
  });
}
