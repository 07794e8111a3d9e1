import type { Creator } from "../contracts/adapter.js";
import { quiesceChildren } from "../kernel/quiesce.js";
import { recoverSlot } from "../kernel/recovery.js";
import { QuiescedError } from "../kernel/section.js";
import { trace } from "../kernel/trace.js";
import { servePool } from "../pool/worker/pool-worker.js";
import { Flag } from "../sync/event.js";
import type { Boot } from "../worker/boot.js";
import { markEnded } from "../worker/child-worker.js";
import { listen, serveTarget, tellUncaught } from "../worker/serve.js";
import type { Services } from "../worker/services.js";
import { StopOrder } from "../worker/stop-order.js";
import { Transfers } from "../worker/transfers.js";

/** Does what this worker was started for, and tells when it ends. */
export function runAsWorker(services: Services, creator: Creator, boot: Boot): void {
  const { adapter, kernel } = services;
  trace("worker-start");
  const end = (exitCode: number): void => {
    if (!adapter.capabilities.isolatedCrashes) quiesceChildren(kernel.region, kernel.bell, kernel.slot);
    try {
      // Its creator will do this too, but may be blocked in a join or in a wait for what this worker still holds.
      recoverSlot(kernel, kernel.slot, exitCode === 0);
      markEnded(kernel, new Flag(kernel, boot.status, boot.name), exitCode);
    } catch (error) {
      if (!(error instanceof QuiescedError)) throw error;
    }
  };
  adapter.host.onExit(end, () => {
    trace("worker-end");
    kernel.section.end();
  });
  const transfers = new Transfers();
  const stop = new StopOrder();
  listen(services, creator, transfers, stop);
  tellUncaught(services, creator);
  // Where program and adapter are one bundle, the tasks are defined only after this: wait until all of it was evaluated.
  const evaluated = adapter.capabilities.parallel
    ? import(/* webpackIgnore: true */ /* @vite-ignore */ adapter.url)
    : undefined;
  void Promise.all([evaluated, creator.ready]).then(() =>
    boot.job.kind === "target"
      ? serveTarget(services, creator, boot.job, transfers)
      : servePool(services, creator, boot.job, transfers, stop),
  );
}
