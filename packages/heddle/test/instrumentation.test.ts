import assert from "node:assert/strict";
import { HeddleInstrumentation } from "@heddle/opentelemetry";
import { context, trace } from "@opentelemetry/api";
import { type Instrumentation, registerInstrumentations } from "@opentelemetry/instrumentation";
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-node";
import { current, Pool, task } from "heddle/inline";
import { afterEach, beforeEach, describe, it } from "vitest";

/** As `Instrumentation` of Heddle's: the data that goes along is text by name. */
interface Hooks {
  inject(task: { name: string }): Record<string, string> | undefined;
  run<T>(carrier: Record<string, string> | undefined, task: { name: string }, worker: object, act: () => T): T;
}

const list: unknown[] = Reflect.get(globalThis, Symbol.for("heddle.instrumentations"));
const seen: unknown[] = [];

const echo = task(import.meta, (...args: unknown[]) => args, { name: "echo" });
const length = task(import.meta, (text: string) => text.length, { name: "length" });
const spanId = task(import.meta, () => trace.getActiveSpan()?.spanContext().spanId, { name: "spanId" });

let pool: Pool;
beforeEach(() => {
  pool = new Pool({ size: 1 });
});
afterEach(async () => {
  list.length = 0;
  seen.length = 0;
  await pool.close();
});

/** Has `carrier` go with each task, and notes what arrives. */
const hooks = (carrier: Record<string, string> | undefined): Hooks => ({
  inject: () => carrier,
  run(arrived, { name }, worker, act) {
    seen.push([name, arrived, worker === current()]);
    return act();
  },
});

describe("an instrumentation", () => {
  it("has its carrier go with a task, and its arguments arrive as they are", async () => {
    list.push(hooks({ id: "7" }));
    assert.deepEqual(await pool.run(echo, 1, undefined), [1, undefined]);
    assert.deepEqual(await pool.run(echo), []);
    assert.deepEqual(seen, Array(2).fill(["echo", { id: "7" }, true]));
  });

  it("is told of each item of a chunk", async () => {
    list.push(hooks({ id: "7" }));
    assert.deepEqual(await pool.map(length, ["a", "bb", "ccc"], { chunkSize: 3 }), [1, 2, 3]);
    assert.equal(seen.length, 3);
  });

  it("may have as much go along as a task's arguments have", async () => {
    const id = "x".repeat(100_000);
    list.push(hooks({ id }));
    assert.deepEqual(await pool.run(echo, "y".repeat(100_000)), ["y".repeat(100_000)]);
    assert.deepEqual(seen, [["echo", { id }, true]]);
  });

  it("shares the carrier with others, and runs within those that came later", async () => {
    const order: string[] = [];
    const named = (name: string): Hooks => ({
      inject: () => ({ [name]: name }),
      run(carrier, _task, _worker, act) {
        order.push(`${name} of ${Object.keys(carrier ?? {})}`);
        return act();
      },
    });
    list.push(named("a"), named("b"));
    await pool.run(echo);
    assert.deepEqual(order, ["b of a,b", "a of a,b"]);
  });

  it("is told that nothing came along, also of an initializer and a finalizer", async () => {
    list.push(hooks(undefined));
    const initialized = new Pool({ size: 1, initializer: echo, finalizer: length, finalizerArgs: ["a"] });
    await initialized.run(spanId);
    await initialized.close();
    assert.deepEqual(seen, [
      ["echo", undefined, true],
      ["spanId", undefined, true],
      ["length", undefined, true],
    ]);
  });

  for (const where of ["inject", "run"] as const) {
    it(`has a call reject with what its ${where} throws`, async () => {
      const error = new RangeError("broken");
      const fail = (): never => {
        throw error;
      };
      list.push({ ...hooks({}), [where]: fail });
      await assert.rejects(pool.run(echo), RangeError);
      list.length = 0;
      assert.deepEqual(await pool.run(echo, 1), [1]);
    });
  }
});

describe("HeddleInstrumentation", () => {
  const exporter = new InMemorySpanExporter();
  const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  provider.register();
  afterEach(() => exporter.reset());

  /** Which span is active in a task, and where it was submitted. */
  const activeSpans = async (): Promise<{ inner: string | undefined; outer: string }> => {
    const span = trace.getTracer("test").startSpan("outer");
    const inner = await context.with(trace.setSpan(context.active(), span), () => pool.run(spanId));
    span.end();
    return { inner, outer: span.spanContext().spanId };
  };
  /** The names of the spans that a run of a task makes. */
  const spansMade = async (by = exporter): Promise<string[]> => {
    by.reset();
    await pool.run(spanId);
    return by.getFinishedSpans().map(({ name }) => name);
  };

  it("takes effect from when it is enabled until it is disabled", async () => {
    const instrumentation = new HeddleInstrumentation({ enabled: false });
    assert.deepEqual(await spansMade(), []);
    instrumentation.enable();
    assert.deepEqual(await spansMade(), ["heddle task spanId"]);
    assert.equal(instrumentation.getConfig().enabled, true);
    instrumentation.disable();
    assert.deepEqual(await spansMade(), []);
  });

  it("makes a span of each task, unless it is told not to", async () => {
    const instrumentation = new HeddleInstrumentation();
    const own = await activeSpans();
    const [task] = exporter.getFinishedSpans();
    assert.deepEqual([task?.spanContext().spanId, task?.parentSpanContext?.spanId], [own.inner, own.outer]);
    instrumentation.setConfig({ taskSpans: false });
    const callers = await activeSpans();
    assert.equal(callers.inner, callers.outer);
  });

  it("begins a trace where nothing came along, even if a span is active there", () => {
    new HeddleInstrumentation();
    const [hooks] = list as Hooks[];
    const outer = trace.getTracer("test").startSpan("outer");
    context.with(trace.setSpan(context.active(), outer), () => hooks?.run(undefined, echo.ref, current(), () => {}));
    const [span] = exporter.getFinishedSpans();
    assert.deepEqual([span?.name, span?.parentSpanContext], ["heddle task echo", undefined]);
  });

  it("is there once, however often it is made", async () => {
    new HeddleInstrumentation();
    new HeddleInstrumentation();
    assert.deepEqual(await spansMade(), ["heddle task spanId"]);
  });

  it("is one of those that OpenTelemetry registers, with the tracers that it is given", async () => {
    const own = new InMemorySpanExporter();
    const tracerProvider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(own)] });
    const instrumentation: Instrumentation = new HeddleInstrumentation();
    const unregister = registerInstrumentations({ instrumentations: [instrumentation], tracerProvider });
    assert.deepEqual(await spansMade(own), ["heddle task spanId"]);
    const [span] = own.getFinishedSpans();
    assert.equal(span?.attributes["code.function.name"], "spanId");
    assert.match(String(span?.attributes["thread.name"]), /^Pool-/);
    unregister();
    assert.deepEqual(await spansMade(own), []);
  });
});
