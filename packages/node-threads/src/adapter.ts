import { URL } from "node:url";
import { parentPort, Worker, workerData } from "node:worker_threads";
import { type Adapter, type Creator, codeForWorkers, type SpawnedWorker, type SpawnRequest } from "@heddle/core";
import {
  execArgvForWorkers,
  isGivenByText,
  type Loader,
  load,
  loadersForWorkers,
  NODE_OPTIONS_OF_WORKERS,
  nodeAsyncContext,
  nodeHost,
  onUncaught,
  openCircleOfCauses,
  optionsOf,
  thisModule,
} from "@heddle/node-host";
import { BOOT, isStarted, makeKernelAdapter } from "./kernel-adapter.js";
import { countNativeWork, whenQuiet } from "./native-work.js";
import { makeOutlet, type Outlet, printThrough } from "./output.js";

/** The `workerData` of a thread. */
interface ThreadData {
  readonly [BOOT]: unknown;
  readonly outlet: Outlet;
  /** How much native work it has under way. */
  readonly work: Int32Array;
  readonly loaders: readonly Loader[];
  readonly "heddle:code": unknown;
}

/** The backend of Node's worker_threads. */
export const makeAdapter = (kernelAdapter = makeKernelAdapter()): Adapter => ({
  ...kernelAdapter,
  url: thisModule(import.meta.url),
  ownOptions: NODE_OPTIONS_OF_WORKERS,
  host: nodeHost,
  creator: findCreator(),
  spawn,
  context: nodeAsyncContext(),
});

function spawn(request: SpawnRequest): SpawnedWorker {
  const { boot, env, resourceLimits, name, onMessage, onUncaught, onDeath, onEnd } = request;
  const { execArgv, argv } = optionsOf(request.given);
  const { outlet, close } = makeOutlet();
  const work = new Int32Array(new SharedArrayBuffer(4));
  let worker: Worker;
  try {
    worker = new Worker(new URL(request.url), {
      name,
      workerData: {
        [BOOT]: boot,
        outlet,
        work,
        loaders: loadersForWorkers("thread"),
        "heddle:code": codeForWorkers(),
      } satisfies ThreadData,
      transferList: outlet.port === undefined ? [] : [outlet.port],
      ...(env === undefined ? {} : { env }),
      // Otherwise a thread takes over its creator's options, also those that it would refuse here, such as V8's.
      ...(isGivenByText() ? { execArgv: execArgvForWorkers() } : {}),
      ...(execArgv === undefined ? {} : { execArgv: [...execArgv] }),
      // Without it, a thread has none of its creator's.
      argv: [...(argv ?? process.argv.slice(2))],
      ...(resourceLimits === undefined ? {} : { resourceLimits }),
    });
  } catch (error) {
    close(0);
    throw error;
  }
  const { threadId } = worker;
  worker.on("message", onMessage);
  worker.on("error", onUncaught);
  worker.on("exit", (exitCode) => {
    close(threadId);
    onDeath(exitCode);
    onEnd();
  });
  return {
    pid: process.pid,
    post(message, transferList) {
      // biome-ignore lint/suspicious/noExplicitAny: as above.
      worker.postMessage(message, transferList as any[]);
    },
    kill() {
      whenQuiet(work, () => void worker.terminate());
    },
    setKeepsAlive(keeps) {
      if (keeps) worker.ref();
      else worker.unref();
    },
  };
}

function findCreator(): Creator | undefined {
  if (parentPort === null || !isStarted(workerData)) return undefined;
  const port = parentPort;
  const { [BOOT]: boot, outlet, work, loaders } = workerData as ThreadData;
  printThrough(outlet);
  countNativeWork(work);
  return {
    boot,
    ...(loaders.length === 0 ? {} : { ready: load(loaders) }),
    post(message, transfer) {
      // biome-ignore lint/suspicious/noExplicitAny: as above.
      port.postMessage(message, transfer as any[]);
    },
    onMessage(handler) {
      port.on("message", handler);
      port.unref();
    },
    onUncaught(hook) {
      onUncaught((origin, error) => {
        hook(origin, error);
        openCircleOfCauses(error);
      });
    },
    // A thread ends by itself.
    finish() {},
  };
}
