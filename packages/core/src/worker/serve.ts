import type { Creator } from "../contracts/adapter.js";
import type { Kernel } from "../kernel/kernel.js";
import { traced } from "../kernel/trace.js";
import type { FinalizerJob, FromCreator, FromWorker, TargetJob } from "./boot.js";
import { markSettled } from "./child.js";
import type { Parcels } from "./parcels.js";
import { handOver, openFromCreator } from "./posted.js";
import type { Realm } from "./realm.js";
import type { StopOrder } from "./stop-order.js";

/** What a worker hears from its creator, whatever its job. */
export function listen(realm: Realm, creator: Creator, parcels: Parcels, stop: StopOrder): void {
  creator.onMessage((posted) => {
    const message = posted as FromCreator;
    if (message.type === "cancel") {
      const { reason } = message;
      realm.current.cancel(reason === undefined ? undefined : { reason: openFromCreator(realm.kernel, reason) });
    } else if (message.type === "parcel") parcels.add(message.parcel);
    else if (message.type === "stop") stop.give();
    else realm.kernel.adapter.host.exit();
  });
}

/**
 * The life of a worker that runs one target: run it, tell its creator, and end when the event loop has nothing left to do.
 * What goes wrong with the answer itself, such as a result that cannot be sent, is an answer too.
 */
export async function serveTarget(realm: Realm, creator: Creator, job: TargetJob, parcels: Parcels): Promise<void> {
  const { kernel, tasks, current } = realm;
  try {
    const parcel = job.hasParcel ? await awaitParcel(kernel, parcels) : undefined;
    // Its module may register the classes of its arguments.
    const target = await tasks.find(job.ref);
    const begun = tasks.searchesBegun;
    const args = openFromCreator(kernel, { ...job.args, parcel }) as unknown[];
    await tasks.searchesSince(begun);
    current.beginTarget();
    const value = await traced("task", job.ref.name, () => target(...args));
    markSettled(kernel);
    const { posted, transfer } = handOver(kernel, kernel.codec.pack(value, "result"));
    creator.post({ type: "returned", value: posted }, transfer);
  } catch (error) {
    markSettled(kernel);
    const { posted, transfer } = handOver(kernel, kernel.codec.packThrown(error));
    creator.post({ type: "threw", error: posted }, transfer);
    kernel.adapter.host.setExitCode(1);
  }
  current.endTarget();
  creator.finish(false);
}

/**
 * The end of a pool's worker: run the finalizer, if there is one, and let go of what kept the worker alive for its pool. The worker
 * ends as any other does, once its event loop has nothing left to do.
 */
export async function finishServing(realm: Realm, creator: Creator, job: FinalizerJob | undefined): Promise<void> {
  const { kernel, tasks } = realm;
  try {
    if (job !== undefined) {
      const args = openFromCreator(kernel, { ...job.args, parcel: undefined }) as unknown[];
      const finalizer = await tasks.find(job.ref);
      await traced("task", job.ref.name, () => finalizer(...args));
    }
  } catch (error) {
    const { posted, transfer } = handOver(kernel, kernel.codec.packThrown(error));
    creator.post({ type: "threw", error: posted }, transfer);
  } finally {
    creator.finish(true);
    kernel.adapter.keepAlive.letGo();
  }
}

/** Has the pool know whose the error is that ends this worker. */
export function tellCulprits({ kernel, current }: Realm, creator: Creator): void {
  creator.onUncaught((origin) => {
    const scope = kernel.adapter.context.tellsOf(origin) ? current.followed : undefined;
    const by = scope && { task: scope.name, number: scope.hasEnded ? undefined : scope.number };
    creator.post({ type: "uncaught", by } satisfies FromWorker, []);
  });
}

/** The post does not keep a worker alive: this does, for as long as it is on its way. */
async function awaitParcel({ adapter }: Kernel, parcels: Parcels): Promise<readonly unknown[] | undefined> {
  adapter.keepAlive.hold();
  try {
    return await parcels.next();
  } finally {
    adapter.keepAlive.letGo();
  }
}
