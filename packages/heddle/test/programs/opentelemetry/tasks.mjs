import { setTimeout as pause } from "node:timers/promises";
import { context, propagation, trace } from "@opentelemetry/api";

// For workers that do not preload what their program does.
if (process.env.PRELOADS === "no") await import("./otel.mjs");

const tracer = trace.getTracer("test");
const span = (name) => tracer.startSpan(name).end();

/** Another task may run meanwhile. */
export async function work(name) {
  await pause(1);
  span(`in ${name}`);
  return name;
}

/** The event that it waits for wakes this worker up in the context of the one that waits. */
export async function waits(queue) {
  await queue.get();
}

export function fails() {
  throw new RangeError("no");
}

export async function* counts(most) {
  for (let i = 1; i <= most; i++) {
    await pause(1);
    span(`count ${i}`);
    yield i;
  }
}

/** Begins its work as it is awaited, as query builders do. */
export const lazy = () => ({
  // biome-ignore lint/suspicious/noThenProperty: that is what it is about.
  then(resolve) {
    span("in then");
    resolve("lazy");
  },
});

export const baggage = () => propagation.getBaggage(context.active())?.getEntry("user")?.value;
export const traceState = () => trace.getSpanContext(context.active())?.traceState?.get("vendor");

/** A worker's own worker. */
export async function nests(backend) {
  const { Worker, tasks } = await import("./backend.mjs").then(({ load }) => load(backend));
  await tracer.startActiveSpan("nests", async (outer) => {
    await new Worker(tasks.work, { args: ["nested"] }).start().result;
    outer.end();
  });
}
