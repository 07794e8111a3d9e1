import { checkOptions, describe, isFinal, PoolClosedError, type RunOptions, type Task, typeError } from "@heddle/core";
import { DelayedError, type Job, type Processor, UnrecoverableError } from "bullmq";

/**
 * The second argument of a task: its job, in plain values.
 *
 * @example
 * ```ts
 * import type { JobInfo } from "@heddle/bullmq";
 *
 * // The function of a task: how long the text is, at its last attempt 0.
 * export const measure = (text: string, { attempt }: JobInfo): number => (attempt === 3 ? 0 : text.length);
 * ```
 */
export interface JobInfo {
  readonly id: string;
  readonly name: string;
  readonly queueName: string;
  /** Which attempt this is: 1 at first. */
  readonly attempt: number;
  /** With {@link ProcessorOptions.children}: the result of each child of a flow, by the child's key. Without it, `{}`. */
  readonly children: Readonly<Record<string, unknown>>;
}

/**
 * A task for jobs: it gets the job's data, and what there is to know of the job.
 *
 * @example
 * ```ts
 * import { type JobTask, poolProcessor } from "@heddle/bullmq";
 * import type { Pool } from "heddle";
 *
 * export const processorsOf = (pool: Pool, tasks: readonly JobTask[]) => tasks.map((task) => poolProcessor(pool, task));
 * ```
 */
// biome-ignore lint/suspicious/noExplicitAny: the data of a job has any type.
export type JobTask = Task<[data: any], unknown> | Task<[data: any, job: JobInfo], unknown>;

/**
 * The pool whose workers run the jobs: one of any of Heddle's packages.
 *
 * @example
 * ```ts
 * import { type JobPool, type JobTask, poolProcessor } from "@heddle/bullmq";
 *
 * export const processorOf = (pool: JobPool, task: JobTask) => poolProcessor(pool, task, { timeout: 60_000 });
 * ```
 */
export interface JobPool {
  // biome-ignore lint/suspicious/noExplicitAny: a pool takes tasks of any parameters.
  submit(task: Task<any, any>, args: any, options?: RunOptions): PromiseLike<unknown>;
}

/**
 * Options of {@link poolProcessor}: `timeout`, `grace` and `priority` as of `pool.run`, for each job.
 *
 * @example
 * ```ts
 * import { type JobPool, type JobTask, type ProcessorOptions, poolProcessor } from "@heddle/bullmq";
 *
 * const options: ProcessorOptions = { timeout: 60_000, children: true };
 * export const processorOf = (pool: JobPool, task: JobTask) => poolProcessor(pool, task, options);
 * ```
 */
export interface ProcessorOptions extends Omit<RunOptions, "signal"> {
  /** Whether tasks are told the results of their job's children, which takes a request to the server for each job. Default: false. */
  readonly children?: boolean | undefined;
}

/** Milliseconds after which a job is taken again whose pool was closed before it ran. */
const TAKEN_AGAIN_AFTER = 1000;

const OPTIONS = ["timeout", "grace", "priority", "children"];

/**
 * A processor for a BullMQ `Worker` that runs each job in a pool's worker. The program's event loop stays free, so that BullMQ renews the
 * locks of its jobs, however long they compute.
 *
 * - `worker.cancelJob` asks the task to stop; after `grace`, the pool replaces its worker.
 * - A worker of the pool that crashes fails the jobs that it was running, and no others.
 * - A failed job is tried again as its `attempts` say. One that no attempt can save is an `UnrecoverableError`: its task is not found, or
 *   what it returns cannot be sent.
 * - A job that finds its pool closed goes back to the queue.
 *
 * @param pool has workers for as many jobs as the Worker's `concurrency`.
 * @param tasks the task of all jobs, or a task for each name of a job.
 *
 * @returns the processor. It rejects with what the task has thrown, and with the errors of `pool.run`.
 *
 * @throws TypeError for what is no pool, no task, or no option.
 *
 * @example
 * ```ts
 * import { poolProcessor } from "@heddle/bullmq";
 * import { Worker } from "bullmq";
 * import { Pool, tasksFrom } from "heddle";
 * import type * as images from "./images.js";
 *
 * const pool = new Pool({ size: 4 });
 * const tasks = tasksFrom<typeof images>(new URL("./images.js", import.meta.url));
 * const connection = { host: "localhost", port: 6379 };
 *
 * const worker = new Worker("images", poolProcessor(pool, tasks.resize, { timeout: 60_000 }), { connection, concurrency: 4 });
 *
 * process.once("SIGTERM", async () => {
 *   await worker.close();
 *   await pool.close();
 * });
 * ```
 */
export function poolProcessor(
  pool: JobPool,
  tasks: JobTask | Readonly<Record<string, JobTask>>,
  options: ProcessorOptions = {},
): Processor {
  if (typeof Object(pool).submit !== "function") throw typeError(`The jobs run in a pool, not in ${describe(pool)}`);
  checkOptions(options, "poolProcessor", OPTIONS);
  checkTasks(tasks);
  const { children = false, ...limits } = options;
  // BullMQ gives a signal to processors of three parameters.
  return async (job, token, signal) => {
    const task = taskOf(tasks, job);
    const info: JobInfo = {
      id: job.id ?? "",
      name: job.name,
      queueName: job.queueName,
      attempt: job.attemptsMade + 1,
      children: children ? await job.getChildrenValues() : {},
    };
    try {
      return await pool.submit(task, [job.data, info], { ...limits, signal });
    } catch (error) {
      if (error instanceof PoolClosedError) {
        await job.moveToDelayed(Date.now() + TAKEN_AGAIN_AFTER, token);
        throw new DelayedError();
      }
      if (isFinal(error)) throw unrecoverable(error);
      throw error instanceof Error ? error : cancelled(error);
    }
  };
}

const isTask = (value: unknown): value is Task => typeof value === "function" && Object.hasOwn(value, "ref");

function checkTasks(tasks: unknown): void {
  if (isTask(tasks)) return;
  if (typeof tasks !== "object" || tasks === null)
    throw typeError(`poolProcessor needs a task, or tasks by the names of jobs, not ${describe(tasks)}`);
  for (const [name, task] of Object.entries(tasks)) {
    if (!isTask(task)) throw typeError(`The jobs named "${name}" need a task, not ${describe(task)}`);
  }
}

function taskOf(tasks: JobTask | Readonly<Record<string, JobTask>>, { name }: Job): JobTask {
  if (isTask(tasks)) return tasks;
  const task = Object.hasOwn(tasks, name) ? tasks[name] : undefined;
  if (task !== undefined) return task;
  const known = Object.keys(tasks).join(", ");
  throw new UnrecoverableError(`No task for jobs named "${name}": there are tasks for ${known || "none"}`);
}

/** BullMQ aborts with a text, and fails a job by the message of an error. */
const cancelled = (reason: unknown): Error =>
  Object.assign(new Error(`The job was cancelled: ${reason}`, { cause: reason }), { name: "AbortError" });

function unrecoverable(cause: Error): UnrecoverableError {
  const error = new UnrecoverableError(`${cause.name}: ${cause.message}`);
  error.stack = cause.stack ?? "";
  return Object.assign(error, { cause });
}
