import type { ListeningServer } from "../contracts/adapter.js";
import { WorkerStateError } from "../contracts/errors.js";
import { briefly } from "../kernel/message/index.js";
import { UNDER_GUARD } from "../worker/explained.js";
import type { Services } from "../worker/services.js";
import { EVALUATION, type MainGuard } from "./tasks.js";

/** Whether that is the error of a program without the main guard, of any class. */
export const isWithoutGuard = (error: unknown): boolean => briefly(error).includes(UNDER_GUARD);

/** As Python's RuntimeError of a program without its guard. Otherwise every worker would evaluate the module and start another. */
export function refuseStarts(services: Services, guard: MainGuard): void {
  const { adapter, kernel, tasks, current } = services;
  let isTold = false;
  kernel.checkStart = () => {
    if (tasks.hasFound && !isOfMainModule(services, guard)) return;
    const error = new WorkerStateError(
      `${current.info.name} was about to start a worker while it still evaluated the module of its first task, or went on with that: each worker ` +
        `would start another, without end. Start workers ${UNDER_GUARD}`,
    );
    // A program that catches it, or starts workers in an async function, must not go on as if nothing had been.
    tasks.refuse(error);
    // Nor may a program be silent that hears of no error, as it ends by process.exit whatever happens, here and in the main worker.
    if (!isTold) adapter.host.reportError(String(error));
    isTold = true;
    throw error;
  };
}

/**
 * A server without its guard: each worker that evaluates its main module starts one, too, at an address that is in use. The error comes in
 * an event, later: the search in the module waits for it.
 */
export function refuseServers(services: Services, guard: MainGuard): void {
  const { adapter, kernel, tasks, current } = services;
  const { capabilities, host } = adapter;
  // In one thread with others there is one of each module, whose server is the program's.
  if (!capabilities.parallel) return;
  // By Node, as it begins to listen.
  host.onDiagnostics?.("tracing:net.server.listen:asyncStart", (message) => {
    const { server } = message as { server: ListeningServer };
    const isOfMain = isOfMainModule(services, guard);
    if (!isOfMain && !tasks.isEvaluating) return;
    const listening = failureOf(server).then((failure) => {
      // A program that expects it, such as one that looks for a port that is free, has no server there yet.
      if (failure === undefined || (failure.isHandled && !isOfMain)) return;
      const error = new WorkerStateError(
        `${current.info.name} started a server as it evaluated the module of its first task: ${briefly(failure.error)}. ` +
          `Start it ${UNDER_GUARD}. Of Nitro and Nuxt, give it to rollupConfig: { plugins: [rollup()] }`,
        { cause: failure.error },
      );
      tasks.refuse(error);
      // Nobody may be waiting for a task any more.
      if (isOfMain) kernel.reportUncaught(error);
    });
    tasks.awaitInModules(listening);
  });
}

const isOfMainModule = ({ adapter }: Services, guard: MainGuard): boolean =>
  guard.isMissing && adapter.context.get() === EVALUATION;

/** Why a server does not listen, and whether its program hears of that, too; undefined once it listens, or is closed. */
function failureOf(server: ListeningServer): Promise<{ error: unknown; isHandled: boolean } | undefined> {
  return new Promise((resolve) => {
    const end = (): void => {
      server.off("error", fail).off("listening", end).off("close", end);
      resolve(undefined);
    };
    const fail = (error: unknown): void => {
      resolve({ error, isHandled: server.listenerCount("error") > 1 });
      end();
    };
    // Before others, which may be there for the first error only.
    server.prependListener("error", fail).on("listening", end).on("close", end);
  });
}
