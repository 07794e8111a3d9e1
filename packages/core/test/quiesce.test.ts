import assert from "node:assert/strict";
import { describe, it } from "vitest";
import { CELL_LATCH, Kind, SLOT_QUIESCED, slotAddress } from "../src/kernel/layout.js";
import { quiesce, quiesceChildren } from "../src/kernel/quiesce.js";
import { QuiescedError } from "../src/kernel/section.js";
import { claimSlot, freeSlot } from "../src/kernel/worker-table.js";
import { openKernels } from "./kernels.js";

describe("a worker that is about to be killed", () => {
  it("leaves the critical section that it is in first", () => {
    const [killer, victim] = openKernels(2);
    assert.ok(victim);
    const cell = killer.cells.create(Kind.Event, 1);
    victim.section.enter(cell + CELL_LATCH);
    let hasLeft = false;
    quiesce(killer.region, { pause: leave }, victim.slot);
    assert.ok(hasLeft, "it was waited for");

    function leave(): void {
      hasLeft = true;
      victim?.section.leave();
    }
  });

  it("enters no other one, and holds no latch up", () => {
    const [killer, victim] = openKernels(2);
    assert.ok(victim);
    const cell = killer.cells.create(Kind.Event, 1);
    quiesce(killer.region, killer.bell, victim.slot);
    // It would sleep for ever; here it says so instead.
    victim.bell.pause = () => {
      throw new Error("parked");
    };
    assert.throws(() => victim.section.enter(cell + CELL_LATCH), /parked/);
    killer.section.enter(cell + CELL_LATCH);
    killer.section.leave();
  });

  it("is not kept from ending if it is about to do so anyway", () => {
    const [killer, victim] = openKernels(2);
    assert.ok(victim);
    const cell = killer.cells.create(Kind.Event, 1);
    victim.section.end();
    victim.section.enter(cell + CELL_LATCH);
    victim.section.leave();
    quiesce(killer.region, killer.bell, victim.slot);
    assert.throws(() => victim.section.enter(cell + CELL_LATCH), QuiescedError);
    killer.section.enter(cell + CELL_LATCH);
    killer.section.leave();
  });

  it("does not go on where it blocks: rung, it finds itself quiesced", () => {
    const [killer, victim] = openKernels(2);
    assert.ok(victim);
    victim.bell.pause = () => {
      throw new Error("parked");
    };
    let looks = 0;
    const isDone = (): boolean => {
      if (looks++ > 0) return true;
      for (const quiesced of quiesce(killer.region, killer.bell, victim.slot)) killer.bell.ring(quiesced);
      return false;
    };
    assert.throws(() => victim.bell.sleepUntil(isDone, Number.POSITIVE_INFINITY), /parked/);
    assert.equal(looks, 1);
  });

  it("takes those with it that it started as it ends", () => {
    const [killer, victim] = openKernels(2);
    assert.ok(victim);
    const isQuiesced = (slot: number): boolean => killer.region.i32[slotAddress(slot) + SLOT_QUIESCED] === 1;
    const child = claimSlot(killer.region, victim.slot).slot;
    quiesceChildren(victim.region, victim.bell, victim.slot);
    assert.deepEqual([killer.slot, victim.slot, child].map(isQuiesced), [false, false, true]);
  });

  it("takes those with it that it started, and those that it is about to start", () => {
    const [killer, victim] = openKernels(2);
    assert.ok(victim);
    const isQuiesced = (slot: number): boolean => killer.region.i32[slotAddress(slot) + SLOT_QUIESCED] === 1;
    const child = claimSlot(killer.region, victim.slot).slot;
    const grandchild = claimSlot(killer.region, child).slot;
    quiesce(killer.region, killer.bell, victim.slot);
    const late = claimSlot(killer.region, grandchild).slot;
    assert.deepEqual([victim.slot, child, grandchild, late].map(isQuiesced), [true, true, true, true]);
    assert.equal(isQuiesced(killer.slot), false);
    freeSlot(killer.region, late);
    assert.equal(isQuiesced(claimSlot(killer.region, killer.slot).slot), false);
  });
});
