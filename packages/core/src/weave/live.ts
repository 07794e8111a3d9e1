import type { Creator } from "../contracts/adapter.js";
import { doomChildren } from "../kernel/doom.js";
import { Doomed } from "../kernel/section.js";
import { clearUp } from "../kernel/sweep.js";
import { trace } from "../kernel/trace.js";
import { servePool } from "../pool/servant.js";
import { Flag } from "../sync/event.js";
import type { Boot } from "../worker/boot.js";
import { markEnded } from "../worker/child.js";
import { Parcels } from "../worker/parcels.js";
import type { Realm } from "../worker/realm.js";
import { listen, serveTarget } from "../worker/serve.js";
import { StopOrder } from "../worker/stop-order.js";

/** Does what this worker was started for, and tells when it ends. */
export function liveAsWorker(realm: Realm, creator: Creator, boot: Boot): void {
  const { kernel } = realm;
  trace("worker-start");
  kernel.adapter.host.onExit((exitCode) => {
    trace("worker-end");
    kernel.section.end();
    if (!kernel.adapter.capabilities.isolatedCrashes) doomChildren(kernel.region, kernel.bell, kernel.slot);
    try {
      // Its creator will do this too, but may be blocked in a join or in a wait for what this worker still holds.
      clearUp(kernel, kernel.slot, exitCode === 0);
      markEnded(kernel, new Flag(kernel, boot.status, boot.name), exitCode);
    } catch (error) {
      if (!(error instanceof Doomed)) throw error;
    }
  });
  const parcels = new Parcels();
  const stop = new StopOrder();
  listen(realm, creator, parcels, stop);
  // Where program and adapter are one bundle, the tasks are defined only after this: wait until all of it was evaluated.
  const evaluated = kernel.adapter.capabilities.parallel
    ? import(/* webpackIgnore: true */ /* @vite-ignore */ kernel.entry)
    : undefined;
  void Promise.all([evaluated, creator.ready]).then(() =>
    boot.job.kind === "target"
      ? serveTarget(realm, creator, boot.job, parcels)
      : servePool(realm, creator, boot.job, parcels, stop),
  );
}
