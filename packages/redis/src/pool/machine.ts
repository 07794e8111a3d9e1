import { hostname } from "node:os";
import { checkInteger, checkType, typeError } from "@heddle/core";
import { type ConnectOptions, checkConnectOptions } from "../connect.js";
import { portableName, urlOfModule } from "./module-name.js";
import { checkQueue } from "./pool.js";
import { Serving } from "./serving.js";
import type * as entry from "./thread-entry.js";

/**
 * Options of {@link serve}: those of connect, and what the machine runs.
 *
 * @example
 * ```ts
 * import { type ServeOptions, serve } from "@heddle/redis";
 *
 * const options: ServeOptions = { url: "redis://localhost:6379", modules: ["./dist/images.js"], size: 4 };
 * await using machine = await serve(options);
 * ```
 */
export interface ServeOptions extends ConnectOptions {
  /** The modules whose tasks run here, and no others: paths as from the current folder, file URLs, or specifiers such as `node:path`. */
  readonly modules: readonly (string | URL)[];
  /** The queues of pools that are served. Those named first come first. Default: `["default"]`. */
  readonly queues?: readonly string[] | undefined;
  /** How many workers the machine has. Default: as many as it has processors. */
  readonly size?: number | undefined;
  /** How many tasks one worker runs at the same time. Default: 1. */
  readonly concurrency?: number | undefined;
  /** Whether its workers are processes. Default: false, threads. */
  readonly processes?: boolean | undefined;
  /** The name of the machine in stacks of errors. Default: the host's name and the number of the process. */
  readonly name?: string | undefined;
}

/**
 * A machine that runs the tasks of pools.
 *
 * @example
 * ```ts
 * import type { Machine } from "@heddle/redis";
 *
 * export function stopOnSignal(machine: Machine): void {
 *   process.once("SIGTERM", () => void machine.stop());
 * }
 * ```
 */
export interface Machine extends AsyncDisposable {
  readonly name: string;
  /** The names of its modules, by which calls come here. */
  readonly modules: readonly string[];
  /** How many tasks it runs at once. */
  readonly places: number;
  /** Takes no more tasks, waits until those that run have ended, and ends the session. */
  stop(): Promise<void>;
  /** Ends at once. Tasks that run count as crashed. */
  terminate(): Promise<void>;
}

const SERVE_OPTIONS = ["modules", "queues", "size", "concurrency", "processes", "name"];
const MOST_AT_ONCE = 512;

/**
 * Makes this program one of the machines of a pool, as the command `heddle worker` does: its workers run tasks of the modules that are named.
 *
 * @returns Once it serves. It keeps the program alive until it is stopped.
 * @throws As {@link connect}; TypeError for a module that is not there.
 *
 * @example
 * ```ts
 * import { serve } from "@heddle/redis";
 *
 * const machine = await serve({ url: "redis://localhost:6379", namespace: "shop", modules: ["./dist/images.js"] });
 * process.once("SIGTERM", () => void machine.stop());
 * ```
 */
export async function serve(options: ServeOptions): Promise<Machine> {
  const { modules, queues = ["default"], processes = false, name = `${hostname()}:${process.pid}` } = Object(options);
  const target = checkConnectOptions(options, "serve", SERVE_OPTIONS);
  if (!Array.isArray(modules) || modules.length === 0) {
    throw typeError('serve takes the modules whose tasks run here, such as { modules: ["./tasks.js"] }');
  }
  if (!Array.isArray(queues) || queues.length === 0)
    throw typeError('serve takes the names of queues, such as { queues: ["default"] }');
  checkType(processes, "processes", "boolean");
  checkType(name, "The name of a machine", "string");
  const urls = new Map(
    modules.map((module) => {
      const url = urlOfModule(module, process.cwd());
      return [portableName(url, target.release), url] as const;
    }),
  );
  const { size } = options;
  const concurrency = checkInteger(options.concurrency ?? 1, "concurrency", 1, MOST_AT_ONCE);
  const { Pool, tasksFrom } = processes ? await import("heddle/processes") : await import("heddle");
  const workers = new Pool({ size, concurrency, name });
  const file = processes ? "./process-entry.js" : "./thread-entry.js";
  const { runTask } = tasksFrom<typeof entry>(new URL(file, import.meta.url));
  const serving = new Serving(target, {
    name,
    urls,
    queues: queues.map(checkQueue),
    places: workers.size * concurrency,
    run: (work, url, args) => {
      const { name, mode, first, timeout, grace } = work;
      return workers.submit(runTask, [url, name, mode, args, first], { timeout, grace });
    },
    end: () => workers.close(),
    kill: () => workers.terminate(),
  });
  await serving.begin();
  return serving;
}
