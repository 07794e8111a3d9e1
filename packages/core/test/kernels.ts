import type { Adapter } from "../src/contracts/adapter.js";
import { makeSend } from "../src/kernel/codec-host.js";
import { Kernel, type SlotAssignment } from "../src/kernel/kernel.js";
import { claimSlot } from "../src/kernel/worker-table.js";
import { atomicsDoorbells } from "../src/threads/doorbells.js";
import { growableMemory } from "../src/threads/growable-memory.js";

/** An adapter whose workers are all in this thread, and whose bells ring by themselves. */
export const oneThread: Adapter = {
  name: "one thread",
  url: "test:one-thread",
  capabilities: {
    kind: "thread",
    workerName: "Thread",
    mainMayBlock: true,
    resourceLimits: false,
    postsObjects: true,
    sendsHandles: false,
    parallel: true,
    isolatedCrashes: false,
    endsWhenIdle: true,
    stopsBusyWorkers: true,
  },
  host: {
    pid: 1,
    availableParallelism: () => 1,
    isEntry: () => false,
    runningModule: (given) => given,
    importerOf: () => undefined,
    onExit: () => {},
    onIdle: () => {},
    exit: () => {},
    setExitCode: () => {},
    collectGarbage: () => {},
    reportError: () => {},
    warn: () => {},
  },
  creator: undefined,
  openMemory: growableMemory,
  openDoorbells: atomicsDoorbells,
  spawn() {
    throw new Error("there is one thread only");
  },
  keepAlive: { hold: () => {}, letGo: () => {} },
  context: { run: (_, act) => act(), get: () => undefined, tellsOf: () => false, enter: () => {}, leave: () => {} },
};

/** A kernel that sends. */
export function openKernel(adapter: Adapter, place: SlotAssignment | undefined): Kernel {
  const kernel = new Kernel(adapter, place);
  makeSend(kernel);
  return kernel;
}

/** The kernels of several workers in one region, all of them in this thread: so that a test decides who does what when. */
export function openKernels(count: number): [Kernel, ...Kernel[]] {
  const first = openKernel(oneThread, undefined);
  const others = Array.from({ length: count - 1 }, () => {
    const { slot, id } = claimSlot(first.region, first.slot);
    return openKernel(oneThread, { memory: first.region.memory.token, slot, id });
  });
  return [first, ...others];
}
