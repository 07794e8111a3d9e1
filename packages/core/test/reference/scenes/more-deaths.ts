import assert from "node:assert/strict";
import type { Queue } from "../../../src/contracts/queue.js";
import type { Condition, Event } from "../../../src/contracts/sync.js";
import { CELL_PAYLOAD, Kind } from "../../../src/kernel/layout.js";
import { RingReader, RingWriter } from "../../../src/kernel/ring.js";
import type { DeathScene, Plot } from "./deaths.js";

/** The victim notifies one that waits at a condition, and then waits there itself. */
const condition =
  (isReentrant: boolean) =>
  (scene: DeathScene): Plot => {
    const { surface } = scene.main;
    const lock = scene.keep(isReentrant ? new surface.RLock() : new surface.Lock());
    const conditions = scene.share(new surface.Condition(lock));
    for (const { lock } of conditions) scene.keep(lock);
    const [recovered, victim, waiting, coming] = conditions;
    const held: Condition[] = [];
    const enter = (by: Condition): void => {
      held.push(by);
      assert.equal(held.length, 1, "the waiter has the lock");
    };
    const leave = (): void => held.pop()?.lock.release();
    /** Takes the lock if it is free, for `act`. */
    const under = (by: Condition, act: () => void): void => {
      scene.unlessRefused(() => {
        if (!by.lock.tryAcquire()) return;
        act();
        by.lock.release();
      });
    };
    return {
      before: async () => {
        await scene.meanwhile(() => {
          waiting.lock.tryAcquire();
          scene.waitAll(waiting.wait(), () => enter(waiting));
        });
        await scene.dying(() => victim.lock.tryAcquire());
        await scene.dying(() => victim.notify());
        await scene.dying(() => void victim.wait().catch(() => {}));
      },
      others: {
        notify: scene.by(3, () => under(coming, () => coming.notify())),
        wait: scene.by(3, () =>
          scene.unlessRefused(() => {
            if (coming.lock.tryAcquire()) scene.waitAll(coming.wait(), () => enter(coming));
          }),
        ),
        wake: scene.by(2, () => scene.threads[2].wake()),
        leave: scene.by(2, () => held[0] === waiting && leave()),
        recover: scene.by(3, () => coming.lock.abandoned && coming.lock.recover()),
      },
      finish: async () => {
        for (let turn = 0; turn < 10; turn++) {
          if (recovered.lock.abandoned) recovered.lock.recover();
          leave();
          await scene.settle();
          under(recovered, () => recovered.notifyAll());
          await scene.settle();
        }
        leave();
        assert.ok(recovered.lock.tryAcquire(), "it is free at last");
        recovered.lock.release();
      },
    };
  };

/** The victim counts in a number, and asks for its lock, which nobody has made yet. */
const value = (scene: DeathScene): Plot => {
  const [recovered, victim, waiting, coming] = scene.share(new scene.main.surface.Value("f64"));
  let counted = 0;
  let ofTheDead = 0;
  const add = (by: typeof recovered) => () => {
    by.add(1);
    counted++;
  };
  const lock = (by: typeof recovered) => () =>
    scene.unlessRefused(() => {
      if (scene.keep(by.lock).tryAcquire()) by.lock.release();
    });
  return {
    before: async () => {
      await scene.dying(() => {
        ofTheDead++;
        victim.add(1);
      });
      await scene.dying(() => victim.lock.tryAcquire());
      await scene.dying(() => {
        ofTheDead++;
        victim.value += 1;
      });
      await scene.dying(() => victim.lock.release());
    },
    others: {
      add: scene.by(2, add(waiting)),
      exchange: scene.by(3, () => {
        const now = coming.value;
        if (coming.compareExchange(now, now + 1) === now) counted++;
      }),
      lock: scene.by(3, lock(coming)),
      "lock by another": scene.by(2, lock(waiting)),
    },
    finish: async () => {
      if (scene.keep(recovered.lock).abandoned) recovered.lock.recover();
      lock(recovered)();
      assert.ok(
        recovered.value >= counted && recovered.value <= counted + ofTheDead,
        "the others' counts are not lost",
      );
    },
  };
};

const bytesOfNames = new Map<number, number>();

/** The victim asks for objects by name: the object that it was about to make is there for all, or for nobody. */
const names =
  (before: number) =>
  (scene: DeathScene): Plot => {
    for (const { kernel } of scene.threads) {
      const { cells } = kernel;
      const { register } = cells;
      // Also the object of who was not the first to ask, which nobody is given.
      cells.register = (proxy, cell) => register.call(cells, scene.keep(proxy), cell);
    }
    const found = new Map<string, Set<number>>();
    const ask = (number: number, name: string): void => {
      const { surface, kernel } = scene.threads[number] as DeathScene["main"];
      const event: Event = scene.keep(surface.Event.named(name));
      found.set(name, (found.get(name) ?? new Set()).add(kernel.cells.handleOf(event)?.address as number));
    };
    for (let n = 0; n < before; n++) ask(0, `of before ${n}`);
    return {
      before: () => scene.dying(() => ask(1, "x")),
      others: {
        ask: scene.by(3, () => ask(3, "x")),
        "ask for another": scene.by(2, () => ask(2, "y")),
      },
      finish: async () => {
        for (const name of ["x", "y", ...found.keys()]) ask(0, name);
        for (const [name, cells] of found) assert.equal(cells.size, 1, `there is one ${name}`);
        const { bytes } = scene.main.kernel.usage();
        if (!bytesOfNames.has(before)) bytesOfNames.set(before, bytes);
      },
      // Names live as long as the program: as many bytes as the first time.
      remains: () => ({ bytes: bytesOfNames.get(before) as number, objects: before + 2 }),
    };
  };

const CAPACITY = 128;
const RING_WORDS = 64;

/** The victim writes frames into a ring, or reads them. */
const ring =
  (victimReads: boolean) =>
  (scene: DeathScene): Plot => {
    const { kernel } = scene.main;
    const cell = kernel.cells.create(Kind.Bytes, RING_WORDS + CAPACITY);
    const words = cell + CELL_PAYLOAD;
    const place = { words, bytes: words + RING_WORDS, capacity: CAPACITY };
    const regionOf = (number: number) => (scene.threads[number] as DeathScene["main"]).kernel.region;
    const writer = new RingWriter(regionOf(victimReads ? 3 : 1), place, () => {});
    const reader = new RingReader(regionOf(victimReads ? 1 : 3), place, () => {});
    const [sent, got]: [number[], number[]] = [[], []];
    let begun = 0;
    const write = (): void => {
      const serial = 1000 + begun++;
      writer.write(`${serial}`, [new Uint8Array(serial % 4).fill(serial)]);
      writer.flush();
      sent.push(serial);
    };
    const take = (from: RingReader): void => {
      for (let read = from.read(); read !== undefined; read = from.read()) {
        got.push(...(JSON.parse(read.text) as number[]));
        for (const blob of read.blobs) assert.ok(blob.every((byte) => byte === blob[0]));
      }
    };
    const read = (): void => take(reader);
    const writeOn = (): void => writer.writeBacklog();
    if (victimReads) for (let n = 0; n < 9; n++) write();
    return {
      before: async () => {
        for (let n = 0; n < 3; n++) {
          await scene.dying(victimReads ? read : write);
          if (victimReads) await scene.meanwhile(write);
        }
      },
      others: victimReads
        ? { write: scene.by(3, write), "write on": scene.by(3, writeOn) }
        : { read: scene.by(3, read) },
      finish: async () => {
        const heir = new RingReader(kernel.region, place, () => {});
        for (let turn = 0; turn < 10; turn++) {
          take(heir);
          if (victimReads) writeOn();
        }
        const all = Array.from({ length: begun }, (_, n) => 1000 + n);
        // The frames published before the death come, whole and in order; the frame that was being written may have come.
        if (!victimReads) assert.ok(got.length >= sent.length);
        // The last frame that a dead reader had taken is lost with it.
        const taken = got.findIndex((serial, n) => serial !== all[n]);
        const left = victimReads && taken !== -1 ? got.length - taken : 0;
        assert.deepEqual(got, [...all.slice(0, got.length - left), ...all.slice(begun - left)]);
        assert.ok(heir.isEmpty && !writer.hasBacklog);
        kernel.cells.letGo(cell);
      },
    };
  };

/** Nobody waits: the victim, and others, take and put what they can at once. */
const queueAtOnce =
  (kind: "Queue" | "LifoQueue" | "PriorityQueue") =>
  (scene: DeathScene): Plot => {
    const [recovered, victim, waiting, coming] = scene.share<Queue<string>>(new scene.main.surface[kind]<string>(2));
    const [put, got]: [string[], string[]] = [[], []];
    const add = (by: Queue<string>, item: string): void =>
      scene.unlessRefused(() => {
        by.putNowait(item);
        put.push(item);
      });
    const take = (by: Queue<string>): void => scene.unlessRefused(() => void got.push(by.getNowait()));
    add(recovered, "a");
    return {
      before: async () => {
        await scene.dying(() => victim.putNowait("of the dead"));
        await scene.dying(() => victim.getNowait());
        await scene.dying(() => victim.taskDone());
      },
      others: {
        get: scene.by(3, () => take(coming)),
        "get by another": scene.by(2, () => take(waiting)),
        put: scene.by(3, () => add(coming, "b")),
        "put by another": scene.by(2, () => add(waiting, "c")),
      },
      finish: async () => {
        for (let turn = 0; turn < 10 && !recovered.isEmpty; turn++) take(recovered);
        assert.equal(new Set(got).size, got.length, "no item comes twice");
        const ofOthers = got.filter((item) => item !== "of the dead");
        assert.ok(ofOthers.every((item) => put.includes(item)));
        assert.ok(put.length - ofOthers.length <= 1, "the dead worker's item is lost with it, and nothing else");
        for (let n = 0; n < 3; n++) add(recovered, `${n}`);
        assert.ok(recovered.isFull && recovered.size === 2);
      },
    };
  };

export const PLOTS: Readonly<Record<string, (scene: DeathScene) => Plot>> = {
  "Condition with a Lock": condition(false),
  "Condition with an RLock": condition(true),
  "Value and its lock": value,
  "table of names that is empty": names(0),
  "table of names that is full": names(12),
  "ring that it writes": ring(false),
  "ring that it reads": ring(true),
  "Queue at which nobody waits": queueAtOnce("Queue"),
  "LifoQueue at which nobody waits": queueAtOnce("LifoQueue"),
  "PriorityQueue at which nobody waits": queueAtOnce("PriorityQueue"),
};
