import assert from "node:assert/strict";
import { closeSync } from "node:fs";
import { describe, it } from "vitest";
import { findOrigin, type Origin } from "../src/creator.js";
import { Inbox, Outbox } from "../src/mailbox.js";
import type { HandleWay, Runtime } from "../src/runtime.js";
import type { System } from "../src/systems/system.js";
import { real, systems } from "./natives.js";

const [linux] = systems as [System, System];
const EVENTS = ["SIGTERM", "SIGINT", "SIGHUP", "uncaughtException", "newListener", "removeListener"] as const;

/** This process as one that was started, and all that it and its creator do, in order. */
interface Started {
  readonly origin: Origin;
  readonly acts: unknown[];
  readonly toIt: Outbox;
  /** Whether something keeps the event loop alive. */
  holds: number;
  /** Has a handle come. */
  arrive: (handle: unknown) => void;
  /** The handles that were sent are on their way. */
  gone: () => void;
}

/** Has this process be one that was started, during `act`; `reads` are the messages that its creator reads then. */
async function asProcess(
  act: (started: Started) => void | Promise<void>,
  way?: Partial<HandleWay>,
  boot: unknown = "boot",
): Promise<unknown[]> {
  const kept = EVENTS.map((name) => [name, process.rawListeners(name)] as const);
  const bell = linux.bells.make();
  const [inbox, outbox] = [linux.makeFile("inbox"), linux.makeFile("outbox")];
  const toIt = new Outbox(real, inbox);
  const fromIt = new Inbox(real, linux, outbox);
  const acts: unknown[] = [];
  const started: Partial<Started> & { holds: number } = { acts, toIt, holds: 0 };
  toIt.put(boot);
  const handles: HandleWay = {
    sendModeOf: () => undefined,
    stop() {},
    isOpen: () => true,
    send: (_channel, given, gone) => {
      acts.push({ handles: given });
      started.gone = gone;
    },
    hear: (_channel, onHandle) => {
      started.arrive = onHandle;
    },
    onClose() {},
    lost: () => "lost",
    ...way,
  };
  const runtime: Runtime = {
    ...real,
    ...(way === undefined ? { handles: undefined as never } : { handles }),
    listen() {},
    keepAlive: { hold: () => void started.holds++, letGo: () => void started.holds-- },
  };
  const creator = {
    wake(what: number): boolean {
      // The message is there before the wake-up.
      acts.push({ woken: what, finds: fromIt.receive()?.message });
      return true;
    },
    close() {},
  };
  const system: System = {
    ...linux,
    bells: { ...linux.bells, own: () => undefined },
    receive: () => ({ region: 3, inbox, outbox, bell, creator }),
  };
  try {
    for (const [name] of kept) process.removeAllListeners(name);
    await act(
      Object.assign(started, {
        origin: findOrigin(runtime, system, { system: "linux", share: {}, inherited: [] }),
      }) as Started,
    );
  } finally {
    for (const [name, listeners] of kept) {
      process.removeAllListeners(name);
      for (const listener of listeners) process.on(name as "exit", listener as () => void);
    }
    bell.close();
    for (const fd of [inbox, outbox]) closeSync(fd);
  }
  return acts;
}

const WOKEN = 2;

describe("in a process that was started, its creator", () => {
  it("has told what it is for, and is told each message before it is woken", async () => {
    const acts = await asProcess(({ origin }) => {
      assert.equal(origin.boot, "boot");
      origin.post({ type: "first" }, []);
      origin.post({ type: "second" }, []);
    });
    assert.deepEqual(acts, [
      { woken: WOKEN, finds: { message: { type: "first" } } },
      { woken: WOKEN, finds: { message: { type: "second" } } },
    ]);
  });

  it("is heard in order: messages that came before somebody listens, too", () =>
    asProcess(({ origin, toIt }) => {
      const heard: unknown[] = [];
      toIt.put(1);
      toIt.put(2);
      origin.onMessage?.((message) => heard.push(message));
      assert.deepEqual(heard, [1, 2]);
      toIt.put(3);
      for (const read of origin.own.inboxReaders) read();
      assert.deepEqual(heard, [1, 2, 3]);
    }));

  it("is told when the program begins and ends to listen to SIGTERM, once each", async () => {
    const acts = await asProcess(() => {
      const [one, other] = [() => {}, () => {}];
      process.on("SIGTERM", one);
      process.on("SIGTERM", other);
      process.off("SIGTERM", one);
      process.off("SIGTERM", other);
    });
    assert.deepEqual(acts, [
      { woken: WOKEN, finds: { takesLeave: true } },
      { woken: WOKEN, finds: { takesLeave: false } },
    ]);
  });

  it("says whether a signal ends the program: this process does not end by it", () =>
    asProcess(() => {
      for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"]) assert.equal(process.listenerCount(signal), 1);
    }));

  it("is told that it may send handles; handles to it keep the process alive until they are on their way", async () => {
    const acts = await asProcess((started) => {
      started.origin.post({ transferables: ["a socket"] }, []);
      assert.equal(started.holds, 1);
      started.gone();
      assert.equal(started.holds, 0);
    }, {});
    assert.deepEqual(acts, [
      { woken: WOKEN, finds: { hears: true } },
      { woken: WOKEN, finds: { message: { transferables: [null] } } },
      { handles: ["a socket"] },
    ]);
  });

  it("is read again as its handles come", () =>
    asProcess(({ origin, toIt, arrive }) => {
      const heard: unknown[] = [];
      toIt.put({ transferables: [null] });
      origin.onMessage?.((message) => heard.push(message));
      assert.deepEqual(heard, []);
      arrive("a socket");
      assert.deepEqual(heard, [{ transferables: ["a socket"] }]);
    }, {}));

  it("is told of an error that nothing catches, after the hook; then the process ends", async () => {
    const { exit } = process;
    const acts = await asProcess(({ origin, acts }) => {
      process.exit = ((code: number) => acts.push({ exit: code })) as unknown as typeof process.exit;
      origin.onUncaught?.((how) => acts.push({ how }));
      (process as NodeJS.EventEmitter).emit("uncaughtException", "an error" as never, "unhandledRejection");
      (process as NodeJS.EventEmitter).emit("uncaughtException", (() => {}) as never, "uncaughtException");
    }).finally(() => {
      process.exit = exit;
    });
    assert.deepEqual(acts.slice(0, 3), [
      { how: "unhandledRejection" },
      { woken: WOKEN, finds: { uncaught: "an error" } },
      { exit: 1 },
    ]);
    // A value that cannot be sent is told of by its text.
    const { finds } = acts[4] as { finds: { uncaught: Error } };
    assert.equal(finds.uncaught.message, "() => {}");
  });

  it("is told of no error that the program catches itself", async () => {
    const acts = await asProcess(() => {
      process.on("uncaughtException", () => {});
      (process as NodeJS.EventEmitter).emit("uncaughtException", new Error("caught"), "uncaughtException");
    });
    assert.deepEqual(acts, []);
  });
});

it("a process whose creator is no more ends before it does anything", () => {
  const { exit } = process;
  process.exit = () => {
    throw new Error("it has ended");
  };
  try {
    const orphaned: System = { ...linux, receive: () => undefined };
    assert.throws(() => findOrigin(real, orphaned, { system: "linux", share: {}, inherited: [] }), {
      message: "it has ended",
    });
  } finally {
    process.exit = exit;
  }
});
