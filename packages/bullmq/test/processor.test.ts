import assert from "node:assert/strict";
import { once } from "node:events";
import { FlowProducer, type Job, Queue, QueueEvents, Worker, type WorkerOptions } from "bullmq";
import { Pool, tasksFrom } from "heddle";
import { afterEach, beforeEach, describe, it } from "vitest";
import { program, TestServer, titled } from "../../redis/test/server.js";
import { poolProcessor } from "../dist/index.js";
import type * as tasksModule from "./programs/tasks.mjs";

const LIMIT = 60_000;
const tasks = tasksFrom<typeof tasksModule>(new URL("programs/tasks.mjs", import.meta.url));

describe.skipIf(program === undefined)(titled("jobs of BullMQ in a pool"), { timeout: LIMIT }, () => {
  let server: TestServer;
  let pool: Pool;
  let queue: Queue;
  let events: QueueEvents;
  const closed: { close(): Promise<unknown> }[] = [];
  const opened = <T extends { close(): Promise<unknown> }>(one: T): T => {
    closed.unshift(one);
    return one;
  };
  const connection = (): { host: string; port: number } => ({ host: "127.0.0.1", port: server.port });
  const serve = (processor: ReturnType<typeof poolProcessor>, options: Partial<WorkerOptions> = {}): Worker =>
    opened(new Worker("jobs", processor, { connection: connection(), concurrency: 2, ...options }));
  const failureOf = async (job: Job): Promise<Job> => {
    await assert.rejects(job.waitUntilFinished(events));
    const failed = await queue.getJob(job.id as string);
    assert.ok(failed);
    return failed;
  };

  beforeEach(async () => {
    server = await TestServer.start("--appendonly", "no");
    pool = new Pool({ size: 2 });
    queue = opened(new Queue("jobs", { connection: connection() }));
    events = opened(new QueueEvents("jobs", { connection: connection() }));
    await events.waitUntilReady();
  }, LIMIT);

  afterEach(async () => {
    for (const one of closed.splice(0)) await one.close();
    await pool.close();
    await server.stop();
  }, LIMIT);

  it("a task gets its job's data, and is told of the job", async () => {
    serve(poolProcessor(pool, tasks.tell));
    const job = await queue.add("greet", { to: "Ada" }, { jobId: "first" });
    assert.deepEqual(await job.waitUntilFinished(events), {
      data: { to: "Ada" },
      id: "first",
      name: "greet",
      queueName: "jobs",
      attempt: 1,
    });
  });

  it("jobs of each name have a task, and no attempt saves one of another name", async () => {
    serve(poolProcessor(pool, { double: tasks.double }));
    assert.equal(await (await queue.add("double", { n: 21 })).waitUntilFinished(events), 42);
    const failed = await failureOf(await queue.add("treble", { n: 21 }, { attempts: 3 }));
    assert.equal(failed.failedReason, 'No task for jobs named "treble": there are tasks for double');
    assert.equal(failed.attemptsMade, 1);
  });

  it("a job that computes for longer than its lock lasts keeps the lock, and runs once", async () => {
    serve(poolProcessor(pool, tasks.compute), { lockDuration: 1500, stalledInterval: 500 });
    const job = await queue.add("compute", { milliseconds: 4000 });
    assert.equal(await job.waitUntilFinished(events), "computed");
    const done = await queue.getJob(job.id as string);
    assert.deepEqual([done?.attemptsStarted, done?.stalledCounter], [1, 0]);
  });

  it("a job that is cancelled leaves its worker to others: asked to stop, and replaced if it does not", async () => {
    const started = new Set<string | undefined>();
    const { promise: bothStarted, resolve } = withResolvers();
    const tasksByName = { spin: tasks.spin, waitForStop: tasks.waitForStop, double: tasks.double };
    const process = poolProcessor(pool, tasksByName, { grace: 20 });
    // A job can be cancelled once its processor was called: it is "active" before that.
    const worker = serve((job, token, signal) => {
      if (started.add(job.id).size === 2) resolve();
      return process(job, token, signal);
    });
    const jobs = [await queue.add("spin", {}), await queue.add("waitForStop", {})];
    const failures = jobs.map(failureOf);
    await bothStarted;
    for (const job of jobs) assert.equal(worker.cancelJob(job.id as string, "no longer needed"), true);
    for (const { failedReason } of await Promise.all(failures))
      assert.equal(failedReason, "The job was cancelled: no longer needed");
    assert.equal(await (await queue.add("double", { n: 4 })).waitUntilFinished(events), 8);
  });

  it("a job that takes too long fails by its timeout", async () => {
    serve(poolProcessor(pool, tasks.spin, { timeout: 100, grace: 0 }));
    const failed = await failureOf(await queue.add("spin", {}));
    assert.match(failed.stacktrace?.[0] ?? "", /^TimeoutError: /);
  });

  it("a worker that crashes fails the job that it ran, which may be tried again, and no other", async () => {
    serve(poolProcessor(pool, { compute: tasks.compute, crashAtFirst: tasks.crashAtFirst }));
    const other = await queue.add("compute", { milliseconds: 300 });
    const once = await queue.add("crashAtFirst", {});
    const twice = await queue.add("crashAtFirst", {}, { attempts: 2 });
    assert.match((await failureOf(once)).stacktrace?.[0] ?? "", /^WorkerCrashedError: /);
    assert.equal(await twice.waitUntilFinished(events), "attempt 2");
    assert.equal(await other.waitUntilFinished(events), "computed");
  });

  it("a result that cannot be sent fails its job for good", async () => {
    serve(poolProcessor(pool, tasks.unsendable));
    const failed = await failureOf(await queue.add("unsendable", {}, { attempts: 3 }));
    assert.match(failed.failedReason, /^SendError: /);
    assert.equal(failed.attemptsMade, 1);
  });

  it("a job that finds the pool closed goes back to the queue", async () => {
    await pool.close();
    const worker = serve(poolProcessor(pool, tasks.double));
    const active = once(worker, "active");
    const job = await queue.add("double", { n: 1 });
    await active;
    await worker.close();
    assert.equal(await job.getState(), "delayed");
    assert.equal((await queue.getJob(job.id as string))?.attemptsMade, 0);
  });

  it("a task is a step of a flow: it gets the results of its children", async () => {
    serve(poolProcessor(pool, { double: tasks.double, sum: tasks.sum }, { children: true }));
    const flows = opened(new FlowProducer({ connection: connection() }));
    const child = (n: number) => ({ name: "double", queueName: "jobs", data: { n } });
    const { job } = await flows.add({ name: "sum", queueName: "jobs", children: [child(1), child(2), child(3)] });
    assert.equal(await job.waitUntilFinished(events), 12);
  });
});

/** `Promise.withResolvers`, which Node 20 does not have. */
function withResolvers(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = (): void => {};
  const promise = new Promise<void>((given) => {
    resolve = given;
  });
  return { promise, resolve };
}

describe("poolProcessor", () => {
  const any = <T>(value: unknown): T => value as T;

  it("says at once what is wrong", async () => {
    await using pool = new Pool({ size: 1 });
    assert.throws(() => poolProcessor(any({}), tasks.double), {
      name: "TypeError",
      message: /The jobs run in a pool, not in an object/,
    });
    assert.throws(
      () =>
        poolProcessor(
          pool,
          any(() => 1),
        ),
      { name: "TypeError", message: /needs a task, or tasks by the names of jobs/ },
    );
    assert.throws(() => poolProcessor(pool, { a: any(1) }), {
      name: "TypeError",
      message: /The jobs named "a" need a task, not a number/,
    });
    assert.throws(() => poolProcessor(pool, tasks.double, any({ timeOut: 1 })), {
      name: "TypeError",
      message: /timeout/,
    });
  });
});
