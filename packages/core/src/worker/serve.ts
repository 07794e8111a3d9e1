import type { Creator } from "../contracts/adapter.js";
import type { Carrier } from "../contracts/instrumentation.js";
import type { TaskRef } from "../contracts/task.js";
import type { Kernel } from "../kernel/kernel.js";
import { traced } from "../kernel/trace.js";
import type { FinalizerJob, FromCreator, FromWorker, TargetJob } from "./boot.js";
import { isInstrumented, runInstrumented } from "./instrumented.js";
import { handOver, openFromCreator, thrownFromCreator } from "./posted.js";
import type { Services } from "./services.js";
import type { StopOrder } from "./stop-order.js";
import { TargetState } from "./target-state.js";
import type { Transfers } from "./transfers.js";

/** The messages of a worker's creator, for any job. */
export function listen(services: Services, creator: Creator, transfers: Transfers, stop: StopOrder): void {
  creator.onMessage((posted) => {
    const message = posted as FromCreator;
    if (message.type === "cancel") {
      const { reason } = message;
      services.current.cancel(
        reason === undefined ? undefined : { reason: thrownFromCreator(services.kernel, reason) },
      );
    } else if (message.type === "transferables") transfers.add(message.transferables);
    else if (message.type === "stop") stop.give();
    else services.adapter.host.exit();
  });
}

/**
 * The life of a worker that runs one target: run it, tell its creator, and end when the event loop has nothing left to do. An error of the
 * answer itself, such as a result that cannot be sent, is an answer too. A worker whose target is refused is about to be killed.
 */
export async function serveTarget(
  services: Services,
  creator: Creator,
  job: TargetJob,
  transfers: Transfers,
): Promise<void> {
  const { adapter, kernel, tasks, current } = services;
  const state = TargetState.own(kernel);
  try {
    const transferables = job.hasTransferables ? await awaitTransferables(kernel, transfers) : undefined;
    // Its module may register the classes of its arguments.
    const target = await tasks.find(job.ref);
    const begun = tasks.searchesBegun;
    const args = openFromCreator(kernel, { ...job.args, transferables }) as unknown[];
    await tasks.searchesSince(begun);
    if (!state.begin()) return;
    current.beginTarget();
    const value = await runTask(services, job.ref, job.carrier, () => target(...args));
    state.settle();
    const { posted, transfer } = handOver(kernel, kernel.codec.pack(value, "result"));
    creator.post({ type: "returned", value: posted }, transfer);
  } catch (error) {
    if (!state.settle()) return;
    const { posted, transfer } = handOver(kernel, kernel.codec.packThrown(error));
    creator.post({ type: "threw", error: posted }, transfer);
    adapter.host.setExitCode(1);
  }
  current.endTarget();
  creator.finish(false);
}

function runTask<T>(services: Services, ref: TaskRef, carrier: Carrier | undefined, act: () => T): T {
  return traced("task", ref.name, () => (isInstrumented() ? runInstrumented(services, ref, carrier, act) : act()));
}

/**
 * The end of a pool's worker: run the finalizer, if there is one, and let go of what kept the worker alive for its pool. The worker
 * ends as any other does, once its event loop has nothing left to do.
 */
export async function finishServing(
  services: Services,
  creator: Creator,
  job: FinalizerJob | undefined,
): Promise<void> {
  const { kernel, tasks } = services;
  try {
    if (job !== undefined) {
      const args = openFromCreator(kernel, { ...job.args, transferables: undefined }) as unknown[];
      const finalizer = await tasks.find(job.ref);
      await runTask(services, job.ref, undefined, () => finalizer(...args));
    }
  } catch (error) {
    const { posted, transfer } = handOver(kernel, kernel.codec.packThrown(error));
    creator.post({ type: "threw", error: posted }, transfer);
  } finally {
    creator.finish(true);
    kernel.idleWaits?.leave();
  }
}

/** Has the creator know of the error that ends this worker, and whose it is. */
export function tellUncaught({ adapter, kernel, current }: Services, creator: Creator): void {
  creator.onUncaught((origin, error) => {
    const scope = adapter.context.tellsOf(origin) ? current.followed : undefined;
    const by = scope && { task: scope.name, number: scope.hasEnded ? undefined : scope.number };
    let sent: Partial<ReturnType<typeof handOver>> = {};
    try {
      sent = handOver(kernel, kernel.codec.packThrown(error));
    } catch {
      // There is no room for it: then the adapter's copy arrives.
    }
    creator.post({ type: "uncaught", by, error: sent.posted } satisfies FromWorker, sent.transfer ?? []);
  });
}

/** The post does not keep a worker alive: this does, for as long as it is on its way. */
async function awaitTransferables({ adapter }: Kernel, transfers: Transfers): Promise<readonly unknown[] | undefined> {
  adapter.keepAlive.hold();
  try {
    return await transfers.next();
  } finally {
    adapter.keepAlive.letGo();
  }
}
