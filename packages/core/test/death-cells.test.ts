import assert from "node:assert/strict";
import { describe, it } from "vitest";
import type { Handle } from "../src/kernel/cells.js";
import type { Packet } from "../src/kernel/message/index.js";
import { freeSlot } from "../src/kernel/slots.js";
import { sweep } from "../src/kernel/sweep.js";
import { atEveryInstant, type Stage } from "./reference/stage.js";
import { collect } from "./reference/virtual.js";
import { workers } from "./workers.js";

/** The names, and what they name, stay as long as the program. */
function remainsOfNames(names: readonly string[]): { bytes: number; objects: number; waiters: number } {
  const [{ surface, kernel }] = workers();
  for (const name of names) surface.Event.named(name);
  const { bytes, objects, waiters } = kernel.usage();
  return { bytes, objects, waiters };
}

describe("a worker killed at any instant while it", () => {
  it("asks for a named object: there is one, whoever made it", async () => {
    const named = async (stage: Stage): Promise<void> => {
      const { main, doomed, first } = stage;
      await stage.dying(() => doomed.surface.Semaphore.named("permits", 3));
      const ours = main.surface.Semaphore.named("permits", 3);
      const theirs = first.surface.Semaphore.named("permits", 3);
      assert.equal(main.kernel.cells.handleOf(ours)?.address, first.kernel.cells.handleOf(theirs)?.address);
      assert.equal(theirs.value, 3);
      stage.keep(ours);
      stage.keep(theirs);
    };
    await atEveryInstant(named, { remains: remainsOfNames(["permits"]) });
  });

  it("asks for more named objects than the table of names has room for: all are found, and one table is left", async () => {
    const names = Array.from({ length: 13 }, (_, n) => `event ${n}`);
    const crowded = async (stage: Stage): Promise<void> => {
      const { main, doomed, first } = stage;
      for (const name of names.slice(0, -1)) stage.keep(main.surface.Event.named(name));
      await stage.dying(() => doomed.surface.Event.named(names.at(-1) ?? ""));
      for (const name of names) {
        const [ours, theirs] = [main, first].map(({ kernel, surface }) => {
          const event = stage.keep(surface.Event.named(name));
          return kernel.cells.handleOf(event)?.address;
        });
        assert.equal(ours, theirs);
      }
    };
    await atEveryInstant(crowded, { remains: remainsOfNames(names) });
  });

  it("makes objects and lets go of them: none stays behind", () =>
    atEveryInstant(async ({ doomed, dying }) => {
      const { Queue, Condition, Semaphore, Value } = doomed.surface;
      await dying(() => {
        const queue = new Queue<string>();
        queue.putNowait("x".repeat(10));
        queue.putNowait("x".repeat(2000));
        const made = [queue, new Condition(), new Semaphore(2), new Value("i32", 1)];
        for (const object of made) collect(object);
      });
    }));

  it.each(["Queue", "LifoQueue", "PriorityQueue"] as const)(
    "is the last to let go of a %s: what is in it is let go of too, once",
    (kind) =>
      atEveryInstant(async (stage) => {
        const { main, doomed, dying } = stage;
        const queue = new main.surface[kind]<unknown>();
        const lock = stage.keep(new main.surface.Lock());
        const condition = new main.surface.Condition();
        // So that the frames go round the end of the buffer.
        for (let n = 0; n < 9; n++) queue.putNowait("x".repeat(80));
        for (let n = 0; n < 9; n++) queue.getNowait();
        queue.putNowait([lock, condition]);
        queue.putNowait({ lock });
        const theirs = stage.loom.share(queue, doomed);
        for (const object of [condition, condition.lock, queue]) collect(object);
        await dying(() => collect(theirs));
        assert.ok(lock.tryAcquire());
      }),
  );

  it("is the last to let go of queues one within another: all of them go", () =>
    atEveryInstant(async (stage) => {
      const { main, doomed, dying } = stage;
      const lock = stage.keep(new main.surface.Lock());
      let outer: InstanceType<typeof main.surface.Queue> = new main.surface.Queue<unknown>();
      outer.putNowait(lock);
      for (const kind of ["Queue", "LifoQueue", "PriorityQueue"] as const) {
        const around = new main.surface[kind]<unknown>();
        around.putNowait(outer);
        around.putNowait([outer, lock]);
        collect(outer);
        outer = around;
      }
      const theirs = stage.loom.share(outer, doomed);
      collect(outer);
      await dying(() => collect(theirs));
      assert.ok(lock.tryAcquire());
    }));

  it("makes a pipe, and lets go of its ends: none stays behind", () =>
    atEveryInstant(async ({ doomed, dying }) => {
      await dying(() => {
        const [here, there] = doomed.surface.pipe<unknown>();
        here.sendSync("in the pipe");
        for (const end of [here, there]) collect(end);
      });
    }));

  it("clears up after a worker of its own", () =>
    atEveryInstant(async (stage) => {
      const { main, doomed, first } = stage;
      const child = stage.loom.start(doomed);
      const locks = stage.share(new main.surface.Lock());
      const permits = stage.share(new main.surface.Semaphore(0));
      const queues = stage.share(new main.surface.Queue<string>(1));
      const ofChild = <T extends object>(object: T): T => stage.loom.share(object, child);
      const outcomes: unknown[] = [];
      await stage.by(child, () => {
        const queue = new child.surface.Queue<unknown>();
        queue.putNowait(new child.surface.Condition());
        ofChild(locks.main).tryAcquire();
        ofChild(permits.main).acquire();
        ofChild(queues.main).get();
      });
      await stage.by(first, () => locks.first.acquire().catch(({ name }: Error) => outcomes.push(name)));
      await stage.by(first, () => permits.first.acquire().then((isHeld) => outcomes.push(isHeld)));
      await stage.by(first, () => queues.first.get().then((item) => outcomes.push(item)));
      permits.main.release();
      queues.main.putNowait("item");
      child.isAlive = false;
      await stage.dying(() => sweep(doomed.kernel, child.slot));
      if (stage.isDoomedAlive) freeSlot(main.kernel.region, child.slot);
      await stage.settle();
      assert.deepEqual(new Set(outcomes), new Set(["AbandonedError", true, "item"]));
    }));

  it.each(["Queue", "LifoQueue", "PriorityQueue"] as const)(
    "puts objects into a %s: they are in it, or let go",
    (kind) =>
      atEveryInstant(async (stage) => {
        const { main, doomed, dying } = stage;
        const queues = stage.share(new main.surface[kind]<unknown>());
        await dying(() => {
          const objects = [new doomed.surface.Lock(), new doomed.surface.Value("i32", 1)];
          queues.doomed.putNowait(objects);
          for (const object of objects) collect(object);
        });
        if (queues.main.isEmpty) return;
        for (const object of queues.main.getNowait() as object[]) stage.keep(object);
      }),
  );

  it.each(["Queue", "LifoQueue", "PriorityQueue"] as const)("gets objects out of a %s: they go with it", (kind) =>
    atEveryInstant(async (stage) => {
      const { main, dying } = stage;
      const queues = stage.share(new main.surface[kind]<unknown>());
      const lock = stage.keep(new main.surface.Lock());
      queues.main.putNowait([lock, stage.keep(new main.surface.Event())]);
      queues.main.putNowait([lock]);
      await dying(() => {
        for (const object of queues.doomed.getNowait() as object[]) collect(object);
      });
      assert.ok(lock.tryAcquire());
    }),
  );

  it("sends objects to its creator: they arrive, or are let go", () =>
    atEveryInstant(async (stage) => {
      const { main, doomed, dying } = stage;
      const sent: Packet[] = [];
      await dying(() => {
        const lock = new doomed.surface.Lock();
        const packet = doomed.kernel.codec.pack([lock], "result");
        collect(lock);
        doomed.kernel.codec.handToCreator(packet);
        sent.push(packet);
      });
      const [packet] = sent;
      if (packet === undefined || !stage.isDoomedAlive) return;
      const { text, blobs, bundle } = packet;
      for (const object of main.kernel.codec.take({ body: JSON.parse(text), blobs, bundle }) as object[])
        stage.keep(object);
    }));

  it("reads what its creator keeps for it: that stays until the creator lets go of it", () =>
    atEveryInstant(async (stage) => {
      const { main, doomed, dying } = stage;
      const lock = stage.keep(new main.surface.Lock());
      const packet = main.kernel.codec.pack([lock], "args");
      const { text, blobs, bundle } = packet;
      await dying(() => {
        for (const object of doomed.kernel.codec.open({ body: JSON.parse(text), blobs, bundle }) as object[])
          collect(object);
      });
      main.kernel.codec.dispose(packet);
      assert.ok(lock.tryAcquire());
    }));

  it("sends bytes to its creator: they arrive, or are let go", () =>
    atEveryInstant(async (stage) => {
      const { main, doomed, dying } = stage;
      const sent: Handle[] = [];
      await dying(() => {
        const blob = doomed.kernel.blobs.create(5000);
        doomed.kernel.blobs.bytesOf(blob).fill(7);
        doomed.kernel.blobs.handOver(blob, main.slot);
        sent.push(blob);
      });
      const [blob] = sent;
      if (blob === undefined || !stage.isDoomedAlive) return;
      assert.ok(main.kernel.blobs.bytesOf(blob).every((byte) => byte === 7));
      main.kernel.blobs.drop(blob);
    }));

  it("reads bytes that its creator has sent, and drops them: they are freed once", () =>
    atEveryInstant(async (stage) => {
      const { main, doomed, dying } = stage;
      const blob = main.kernel.blobs.create(5000);
      main.kernel.blobs.handOver(blob, doomed.slot);
      await dying(() => {
        assert.equal(doomed.kernel.blobs.bytesOf(blob).length, 5000);
        doomed.kernel.blobs.drop(blob);
      });
    }));
});
