import { context, createTraceState, propagation, trace } from "@opentelemetry/api";
import { load } from "./backend.mjs";
import { provider } from "./otel.mjs";

/** Each way to have a task run, within a span of that name. */
const backend = process.argv[2];
const { Pool, TaskGroup, Queue, Worker, tasks } = await load(backend);
const tracer = trace.getTracer("test");

const within = (name, act) =>
  tracer.startActiveSpan(name, async (span) => {
    try {
      return await act();
    } finally {
      span.end();
    }
  });

async function all(values) {
  const list = [];
  for await (const value of values) list.push(value);
  return list;
}

const pool = new Pool({ size: 1, concurrency: 2 });
const queue = new Queue();
await within("waits", async () => {
  const waiting = pool.run(tasks.waits, queue);
  await queue.put(1);
  await waiting;
});
// Nothing is active here.
await pool.run(tasks.work, "alone");
await Promise.all(["run", "run too"].map((name) => within(name, () => pool.run(tasks.work, name))));
await within("map", () => pool.map(tasks.work, ["map 1", "map 2", "map 3"], { chunkSize: 2 }));
// Asked for elsewhere than where it was made.
await all(await within("imap", async () => pool.imap(tasks.work, ["imap 1", "imap 2"])));
await all(await within("chunks", async () => pool.imapUnordered(tasks.work, ["chunk 1", "chunk 2"], { chunkSize: 2 })));
await all(await within("iterate", async () => pool.iterate(tasks.counts, 2)));
await within("group", async () => {
  const group = new TaskGroup(pool);
  group.run(tasks.work, "group");
  await group[Symbol.asyncDispose]();
});
await within("lazy", () => pool.run(tasks.lazy));
await within("fails", () => pool.run(tasks.fails).catch(() => {}));
await within("worker", () => new Worker(tasks.work, { args: ["worker"] }).start().result);
await within("nesting", () => new Worker(tasks.nests, { args: [backend] }).start().result);

const carried = trace.setSpanContext(
  propagation.setBaggage(context.active(), propagation.createBaggage({ user: { value: "Ada, of 1815" } })),
  { traceId: "1".repeat(32), spanId: "2".repeat(16), traceFlags: 1, traceState: createTraceState("vendor=x") },
);
console.log(
  JSON.stringify(await context.with(carried, () => Promise.all([pool.run(tasks.baggage), pool.run(tasks.traceState)]))),
);
await pool.close();
await provider.shutdown();
