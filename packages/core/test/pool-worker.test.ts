import assert from "node:assert/strict";
import { it } from "vitest";
import { CELL_PAYLOAD, CLAIM_POSTED, claimWord, Kind, LINK_CLAIMS, LINK_END } from "../src/kernel/layout.js";
import { RingReader, RingWriter } from "../src/kernel/ring.js";
import { MODE_CALL, TASK, writeEntry } from "../src/pool/wire/entries.js";
import { answersOf, callsOf } from "../src/pool/wire/ring-layout.js";
import { servePool } from "../src/pool/worker/pool-worker.js";
import { TaskRegistry } from "../src/task/registry.js";
import { StopOrder } from "../src/worker/stop-order.js";
import { Transfers } from "../src/worker/transfers.js";
import { openKernels } from "./kernels.js";
import { servicesOf } from "./services.js";

it("a pool's worker does not sleep through a call that comes while it goes to sleep", async () => {
  const [pool, worker] = openKernels(2);
  assert.ok(worker);
  const link = pool.cells.create(Kind.Link, LINK_END - CELL_PAYLOAD);
  const tasks = new TaskRegistry();
  const double = tasks.task("test:tasks", (n: number) => n * 2, { name: "double" });
  const writer = new RingWriter(pool.region, callsOf(link), () => pool.bell.ring(worker.slot));
  const answers = new RingReader(pool.region, answersOf(link), () => {});

  const call = (): void => {
    Atomics.store(pool.region.i32, link + LINK_CLAIMS, claimWord(0, CLAIM_POSTED));
    writer.write(`[${TASK},0,0,${JSON.stringify([[double.ref.module, double.ref.name]])}]`);
    writeEntry(writer, 0, 0, MODE_CALL, pool.codec.pack([21], "args"), undefined);
    writer.flush();
  };
  // After its last look and before its bell is armed: nobody wakes it, as it is awake.
  const arm = worker.bell.arm.bind(worker.bell);
  worker.bell.arm = () => {
    worker.bell.arm = arm;
    call();
    arm();
  };

  const answered = new Promise<void>((resolve) => {
    pool.bell.onRing(() => {
      pool.bell.arm();
      if (!answers.isEmpty) resolve();
    });
    pool.bell.arm();
  });
  servePool(
    servicesOf(worker, tasks),
    { boot: undefined, post: assert.fail, onMessage: () => {}, onUncaught: () => {}, finish: () => {} },
    { kind: "pool", link, concurrency: 1 },
    new Transfers(),
    new StopOrder(),
  );
  await answered;
});
