import assert from "node:assert/strict";
import { describe, it } from "vitest";
import {
  CELL_PAYLOAD,
  CLAIM_CANCELLED,
  CLAIM_POSTED,
  claimWord,
  Kind,
  LINK_CLAIMS,
  LINK_END,
} from "../src/kernel/layout.js";
import { RingReader, RingWriter } from "../src/kernel/ring.js";
import { CONTROL, type Entry, eachEntry, MODE_CALL, STOPPED, TASK, writeEntry } from "../src/pool/wire/entries.js";
import { answersOf, callsOf } from "../src/pool/wire/ring-layout.js";
import { servePool } from "../src/pool/worker/pool-worker.js";
import { TaskRegistry } from "../src/task/registry.js";
import { markCancelled, markKilled } from "../src/worker/cancel-word.js";
import { StopOrder } from "../src/worker/stop-order.js";
import { Transfers } from "../src/worker/transfers.js";
import { bindSync } from "./bound.js";
import { openKernels } from "./kernels.js";
import { servicesOf } from "./services.js";

describe("the word that says that a worker was cancelled", () => {
  it("tells the reason, whose objects are the worker's, and leaves nothing behind", () => {
    const [creator, worker] = openKernels(2);
    assert.ok(worker);
    const { Lock } = bindSync(creator);
    bindSync(worker);
    const { current } = servicesOf(worker);
    const lock = new Lock();
    const { bytes } = creator.usage();
    assert.equal(current.info.isCancelled, false);
    assert.equal(markCancelled(creator, worker.slot, creator.codec.pack({ lock, n: 1n }, "reason")), true);
    assert.equal(markCancelled(creator, worker.slot, creator.codec.pack({ lock }, "reason")), true);
    assert.equal(current.info.isCancelled, true);
    const { reason } = current.info.signal;
    assert.equal(reason.n, 1n);
    assert.equal(worker.cells.handleOf(reason.lock)?.address, creator.cells.handleOf(lock)?.address);
    // The message that comes after it says nothing new.
    current.cancel(undefined);
    assert.equal(current.info.signal.reason, reason);
    assert.throws(
      () => current.info.throwIfCancelled(),
      (error) => error === reason,
    );
    assert.equal(creator.usage().bytes, bytes);
  });

  it("says so, too, of one that is killed, or whose reason is posted", () => {
    const [creator, worker] = openKernels(2);
    assert.ok(worker);
    const { current } = servicesOf(worker);
    const posted = { ...creator.codec.pack("later", "reason"), transferables: { values: [], transfer: [] } };
    assert.equal(markCancelled(creator, worker.slot, posted), false);
    markKilled(creator, worker.slot);
    assert.throws(() => current.info.throwIfCancelled(), { name: "AbortError" });
  });
});

it("a call that was cancelled sees it although its reason is not in the ring yet; the calls behind it stay in order", async () => {
  const [pool, worker] = openKernels(2);
  assert.ok(worker);
  const link = pool.cells.create(Kind.Link, LINK_END - CELL_PAYLOAD);
  const tasks = new TaskRegistry();
  const services = servicesOf(worker, tasks);
  const { info } = services.current;
  const writer = new RingWriter(pool.region, callsOf(link), () => pool.bell.ring(worker.slot));
  const answers = new RingReader(pool.region, answersOf(link), () => {});
  const reasons: unknown[] = [];
  const order: unknown[] = [];
  const post = (number: number): void => {
    Atomics.store(pool.region.i32, link + LINK_CLAIMS + number, claimWord(number, CLAIM_POSTED));
    writeEntry(writer, number, 0, MODE_CALL, pool.codec.pack([number], "args"), undefined);
  };
  const cancel = (number: number): void => {
    Atomics.store(pool.region.i32, link + LINK_CLAIMS + number, claimWord(number, CLAIM_CANCELLED));
  };
  const stops = (number: number): void => {
    assert.equal(info.isCancelled, false);
    info.signal.addEventListener("abort", () => reasons.push(info.signal.reason));
    if (number === 0) {
      writeEntry(writer, CONTROL, 0, 0, pool.codec.packThrown("why"), undefined);
      post(2);
      writer.flush();
    }
    cancel(number);
    info.throwIfCancelled();
  };
  const { ref } = tasks.task("test:tasks", stops, { name: "stops" });
  writer.write(`[${TASK},0,0,${JSON.stringify([[ref.module, ref.name]])}]`);
  const answered = new Promise<void>((resolve) => {
    pool.bell.onRing(() => {
      pool.bell.arm();
      for (let frames = answers.read(); frames !== undefined; frames = answers.read()) {
        eachEntry(frames, ([number, how]: Entry) => order.push([number, how]));
      }
      if (order.length === 3) resolve();
    });
    pool.bell.arm();
  });
  post(0);
  post(1);
  writer.flush();
  servePool(
    services,
    { boot: undefined, post: assert.fail, onMessage: () => {}, onUncaught: () => {}, finish: () => {} },
    { kind: "pool", link, concurrency: 1 },
    new Transfers(),
    new StopOrder(),
  );
  await answered;
  assert.deepEqual(
    order,
    [0, 1, 2].map((number) => [number, STOPPED]),
  );
  assert.deepEqual(
    reasons.map((reason) => (reason instanceof Error ? reason.name : reason)),
    ["why", "AbortError", "AbortError"],
  );
});
