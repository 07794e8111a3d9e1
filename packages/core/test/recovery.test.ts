import assert from "node:assert/strict";
import { describe, it } from "vitest";
import { AbandonedError } from "../src/contracts/errors.js";
import type { Lock, Semaphore } from "../src/contracts/sync.js";
import { recover } from "../src/kernel/recovery.js";
import { claimSlot, freeSlot, isTaken } from "../src/kernel/worker-table.js";
import { workers } from "./workers.js";

describe("after a worker's death", () => {
  it("the locks it held are abandoned: waits, and later ones, get an error, until it is recovered", async () => {
    const [main, dead, other] = workers();
    const lock: Lock = new main.surface.Lock();
    assert.ok(dead.see(lock).tryAcquire());
    const waiting = assert.rejects(other.see(lock).acquire(), AbandonedError);
    recover(main.kernel, dead.kernel.slot);
    await waiting;
    assert.ok(lock.abandoned);
    assert.throws(() => lock.tryAcquire(), AbandonedError);
    lock.recover();
    assert.ok(lock.tryAcquire());
  });

  it("so are its workers, and one that a worker of its claims before that is stopped", () => {
    const [main, dead] = workers();
    const { region } = main.kernel;
    const spare = claimSlot(region, main.kernel.slot).slot;
    const below = claimSlot(region, dead.kernel.slot).slot;
    // The next that is claimed is before the one that claims it.
    freeSlot(region, spare);
    const claimed: number[] = [];
    const stopped: number[] = [];
    const stop = (slot: number): void => {
      stopped.push(slot);
      if (slot === below && claimed.length === 0) claimed.push(claimSlot(region, below).slot);
    };
    Object.assign(region.memory, { liveness: { ...region.memory.liveness, stop } });
    recover(main.kernel, dead.kernel.slot);
    assert.deepEqual(stopped, [below, ...claimed]);
    for (const slot of stopped) assert.equal(isTaken(region, slot), false);
  });

  it("its waits are out of their lines", async () => {
    const [main, dead, other] = workers();
    const lock: Lock = new main.surface.Lock();
    lock.tryAcquire();
    void dead.see(lock).acquire();
    const waiting = other.see(lock).acquire();
    assert.equal(main.kernel.usage().waiters, 2);
    recover(main.kernel, dead.kernel.slot);
    assert.equal(main.kernel.usage().waiters, 1);
    lock.release();
    assert.equal(await waiting, true);
  });

  it("a grant that it never saw goes to the next in line", async () => {
    const [main, dead, other] = workers();
    const lock: Lock = new main.surface.Lock();
    const permits: Semaphore = new main.surface.Semaphore(0);
    lock.tryAcquire();
    void dead.see(lock).acquire();
    void dead.see(permits).acquire();
    const locked = other.see(lock).acquire();
    const permitted = other.see(permits).acquire();
    // Granted in this turn, to be seen in a later one, which the dead worker does not live to.
    lock.release();
    permits.release();
    recover(main.kernel, dead.kernel.slot);
    assert.deepEqual(await Promise.all([locked, permitted]), [true, true]);
    assert.equal(lock.abandoned, false);
  });

  it("an item that it was promised is still in the queue, and a place that it was promised is free", async () => {
    const [main, dead, other] = workers();
    const queue = new main.surface.Queue<string>(1);
    void dead.see(queue).get();
    const got = other.see(queue).get();
    queue.putNowait("item");
    recover(main.kernel, dead.kernel.slot);
    assert.equal(await got, "item");

    const [main2, dead2, other2] = workers();
    const full = new main2.surface.Queue<string>(1);
    full.putNowait("first");
    void dead2.see(full).put("of the dead");
    const put = other2.see(full).put("of the living");
    assert.equal(full.getNowait(), "first");
    recover(main2.kernel, dead2.kernel.slot);
    await put;
    assert.equal(full.getNowait(), "of the living");
    assert.ok(full.isEmpty);
  });

  it("cells that only it held are freed, and cells that others hold stay", () => {
    const [main, dead] = workers();
    const kept: Lock = new main.surface.Lock();
    dead.see(kept);
    const queue = new dead.surface.Queue<unknown>();
    queue.putNowait({ lock: new dead.surface.Lock() });
    assert.equal(main.kernel.usage().objects, 3);
    recover(main.kernel, dead.kernel.slot);
    // The lock in the queue: its proxy's worker has died, and so has the queue that referred to it.
    assert.equal(main.kernel.usage().objects, 1);
    assert.ok(kept.tryAcquire());
  });

  it("recovering again changes nothing", () => {
    const [main, dead] = workers();
    const lock: Lock = new main.surface.Lock();
    dead.see(lock).tryAcquire();
    recover(main.kernel, dead.kernel.slot);
    lock.recover();
    lock.tryAcquire();
    const before = main.kernel.usage();
    recover(main.kernel, dead.kernel.slot);
    assert.deepEqual(main.kernel.usage(), before);
    assert.equal(lock.abandoned, false);
  });
});
