import assert from "node:assert/strict";
import { describe, it } from "vitest";
import type { Handle } from "../src/kernel/cells.js";
import type { OwnedPacket } from "../src/kernel/message/index.js";
import { recover } from "../src/kernel/recovery.js";
import { freeSlot } from "../src/kernel/worker-table.js";
import { atEveryInstant, type CrashHarness } from "./reference/crash-harness.js";
import { collect } from "./reference/virtual.js";
import { workers } from "./workers.js";

/** The names, and what they name, stay as long as the program. */
function remainsOfNames(names: readonly string[]): { bytes: number; objects: number; waiters: number } {
  const [{ surface, kernel }] = workers();
  for (const name of names) surface.Event.named(name);
  const { bytes, objects, waiters } = kernel.usage();
  return { bytes, objects, waiters };
}

/** So many instants, each with a region of its own: on a busy machine they take their time. */
describe("a worker killed at any instant while it", { timeout: 120_000 }, () => {
  it("asks for a named object: there is one, by one maker", async () => {
    const named = async (harness: CrashHarness): Promise<void> => {
      const { main, victim, first } = harness;
      await harness.dying(() => victim.surface.Semaphore.named("permits", 3));
      const ours = main.surface.Semaphore.named("permits", 3);
      const theirs = first.surface.Semaphore.named("permits", 3);
      assert.equal(main.kernel.cells.handleOf(ours)?.address, first.kernel.cells.handleOf(theirs)?.address);
      assert.equal(theirs.value, 3);
      harness.keep(ours);
      harness.keep(theirs);
    };
    await atEveryInstant(named, { remains: remainsOfNames(["permits"]) });
  });

  it("asks for more named objects than the table of names has room for: all are found, and one table is left", async () => {
    const names = Array.from({ length: 13 }, (_, n) => `event ${n}`);
    const crowded = async (harness: CrashHarness): Promise<void> => {
      const { main, victim, first } = harness;
      for (const name of names.slice(0, -1)) harness.keep(main.surface.Event.named(name));
      await harness.dying(() => victim.surface.Event.named(names.at(-1) ?? ""));
      for (const name of names) {
        const [ours, theirs] = [main, first].map(({ kernel, surface }) => {
          const event = harness.keep(surface.Event.named(name));
          return kernel.cells.handleOf(event)?.address;
        });
        assert.equal(ours, theirs);
      }
    };
    await atEveryInstant(crowded, { remains: remainsOfNames(names) });
  });

  it("makes objects and lets go of them: none stays behind", () =>
    atEveryInstant(async ({ victim, dying }) => {
      const { Queue, Condition, Semaphore, Value } = victim.surface;
      await dying(() => {
        const queue = new Queue<string>();
        queue.putNowait("x".repeat(10));
        queue.putNowait("x".repeat(2000));
        const made = [queue, new Condition(), new Semaphore(2), new Value("i32", 1)];
        for (const object of made) collect(object);
      });
    }));

  it.each(["Queue", "LifoQueue", "PriorityQueue"] as const)(
    "is the last to let go of a %s: its contents are let go of too, once",
    (kind) =>
      atEveryInstant(async (harness) => {
        const { main, victim, dying } = harness;
        const queue = new main.surface[kind]<unknown>();
        const lock = harness.keep(new main.surface.Lock());
        const condition = new main.surface.Condition();
        // So that the frames go round the end of the buffer.
        for (let n = 0; n < 9; n++) queue.putNowait("x".repeat(80));
        for (let n = 0; n < 9; n++) queue.getNowait();
        queue.putNowait([lock, condition]);
        queue.putNowait({ lock });
        const theirs = harness.backend.share(queue, victim);
        for (const object of [condition, condition.lock, queue]) collect(object);
        await dying(() => collect(theirs));
        assert.ok(lock.tryAcquire());
      }),
  );

  it("is the last to let go of queues one within another: all of them go", () =>
    atEveryInstant(async (harness) => {
      const { main, victim, dying } = harness;
      const lock = harness.keep(new main.surface.Lock());
      let outer: InstanceType<typeof main.surface.Queue> = new main.surface.Queue<unknown>();
      outer.putNowait(lock);
      for (const kind of ["Queue", "LifoQueue", "PriorityQueue"] as const) {
        const around = new main.surface[kind]<unknown>();
        around.putNowait(outer);
        around.putNowait([outer, lock]);
        collect(outer);
        outer = around;
      }
      const theirs = harness.backend.share(outer, victim);
      collect(outer);
      await dying(() => collect(theirs));
      assert.ok(lock.tryAcquire());
    }));

  it("makes a pipe, and lets go of its ends: none stays behind", () =>
    atEveryInstant(async ({ victim, dying }) => {
      await dying(() => {
        const [here, there] = victim.surface.pipe<unknown>();
        here.sendSync("in the pipe");
        for (const end of [here, there]) collect(end);
      });
    }));

  it("clears up after a worker of its own", () =>
    atEveryInstant(async (harness) => {
      const { main, victim, first } = harness;
      const child = harness.backend.start(victim);
      const locks = harness.share(new main.surface.Lock());
      const permits = harness.share(new main.surface.Semaphore(0));
      const queues = harness.share(new main.surface.Queue<string>(1));
      const ofChild = <T extends object>(object: T): T => harness.backend.share(object, child);
      const outcomes: unknown[] = [];
      await harness.by(child, () => {
        const queue = new child.surface.Queue<unknown>();
        queue.putNowait(new child.surface.Condition());
        ofChild(locks.main).tryAcquire();
        ofChild(permits.main).acquire();
        ofChild(queues.main).get();
      });
      await harness.by(first, () => locks.first.acquire().catch(({ name }: Error) => outcomes.push(name)));
      await harness.by(first, () => permits.first.acquire().then((isHeld) => outcomes.push(isHeld)));
      await harness.by(first, () => queues.first.get().then((item) => outcomes.push(item)));
      permits.main.release();
      queues.main.putNowait("item");
      child.isAlive = false;
      await harness.dying(() => recover(victim.kernel, child.slot));
      if (harness.isVictimAlive) freeSlot(main.kernel.region, child.slot);
      await harness.settle();
      assert.deepEqual(new Set(outcomes), new Set(["AbandonedError", true, "item"]));
    }));

  it.each(["Queue", "LifoQueue", "PriorityQueue"] as const)(
    "puts objects into a %s: they are in it, or let go",
    (kind) =>
      atEveryInstant(async (harness) => {
        const { main, victim, dying } = harness;
        const queues = harness.share(new main.surface[kind]<unknown>());
        await dying(() => {
          const objects = [new victim.surface.Lock(), new victim.surface.Value("i32", 1)];
          queues.victim.putNowait(objects);
          for (const object of objects) collect(object);
        });
        if (queues.main.isEmpty) return;
        for (const object of queues.main.getNowait() as object[]) harness.keep(object);
      }),
  );

  it.each(["Queue", "LifoQueue", "PriorityQueue"] as const)("gets objects out of a %s: they go with it", (kind) =>
    atEveryInstant(async (harness) => {
      const { main, dying } = harness;
      const queues = harness.share(new main.surface[kind]<unknown>());
      const lock = harness.keep(new main.surface.Lock());
      queues.main.putNowait([lock, harness.keep(new main.surface.Event())]);
      queues.main.putNowait([lock]);
      await dying(() => {
        for (const object of queues.victim.getNowait() as object[]) collect(object);
      });
      assert.ok(lock.tryAcquire());
    }),
  );

  it("sends objects to its creator: they arrive, or are let go", () =>
    atEveryInstant(async (harness) => {
      const { main, victim, dying } = harness;
      const sent: OwnedPacket[] = [];
      await dying(() => {
        const lock = new victim.surface.Lock();
        const packet = victim.kernel.codec.pack([lock], "result");
        collect(lock);
        victim.kernel.codec.handToCreator(packet);
        sent.push(packet);
      });
      const [packet] = sent;
      if (packet === undefined || !harness.isVictimAlive) return;
      const { text, blobs, references } = packet;
      for (const object of main.kernel.codec.openAndRelease({ body: JSON.parse(text), blobs, references }) as object[])
        harness.keep(object);
    }));

  it("reads what its creator keeps for it: that stays until the creator lets go of it", () =>
    atEveryInstant(async (harness) => {
      const { main, victim, dying } = harness;
      const lock = harness.keep(new main.surface.Lock());
      const packet = main.kernel.codec.pack([lock], "args");
      const { text, blobs, references } = packet;
      await dying(() => {
        for (const object of victim.kernel.codec.open({ body: JSON.parse(text), blobs, references }) as object[])
          collect(object);
      });
      main.kernel.codec.dispose(packet);
      assert.ok(lock.tryAcquire());
    }));

  it("sends bytes to its creator: they arrive, or are let go", () =>
    atEveryInstant(async (harness) => {
      const { main, victim, dying } = harness;
      const sent: Handle[] = [];
      await dying(() => {
        const blob = victim.kernel.blobs.create(5000);
        victim.kernel.blobs.bytesOf(blob).fill(7);
        victim.kernel.blobs.handOver(blob, main.slot);
        sent.push(blob);
      });
      const [blob] = sent;
      if (blob === undefined || !harness.isVictimAlive) return;
      assert.ok(main.kernel.blobs.bytesOf(blob).every((byte) => byte === 7));
      main.kernel.blobs.drop(blob);
    }));

  it("reads bytes that its creator has sent, and drops them: they are freed once", () =>
    atEveryInstant(async (harness) => {
      const { main, victim, dying } = harness;
      const blob = main.kernel.blobs.create(5000);
      main.kernel.blobs.handOver(blob, victim.slot);
      await dying(() => {
        assert.equal(victim.kernel.blobs.bytesOf(blob).length, 5000);
        victim.kernel.blobs.drop(blob);
      });
    }));
});
