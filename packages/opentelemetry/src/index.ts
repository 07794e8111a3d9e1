import {
  context,
  type MeterProvider,
  propagation,
  ROOT_CONTEXT,
  type Span,
  SpanStatusCode,
  type Tracer,
  type TracerProvider,
  trace,
} from "@opentelemetry/api";
import { flushAtEnd } from "./flush.js";
import { type Carrier, type CurrentWorker, instrumentations, type TaskRef } from "./heddle.js";

declare const HEDDLE_VERSION: string;

const NAME = "@heddle/opentelemetry";

/**
 * Options of {@link HeddleInstrumentation}.
 *
 * @example
 * ```ts
 * import { HeddleInstrumentation, type HeddleInstrumentationConfig } from "@heddle/opentelemetry";
 *
 * const config: HeddleInstrumentationConfig = { taskSpans: false };
 * export const instrumentations = [new HeddleInstrumentation(config)];
 * ```
 */
export interface HeddleInstrumentationConfig {
  /** Whether it takes effect as it is made. Default: true. */
  enabled?: boolean | undefined;
  /**
   * Whether each run of a task is a span of its own, `heddle task NAME`. Default: true. Otherwise the parent of the spans that a task makes is
   * the span that was active where the task was submitted.
   */
  taskSpans?: boolean | undefined;
}

/**
 * Takes OpenTelemetry's context along with each task, by the program's own propagators. A span that is active where a task is submitted, or a
 * worker started, is the parent of the spans that the task makes. Make one in each worker, so in a module that is preloaded:
 * `node --import ./otel.mjs app.mjs`. With `NodeSDK`, it is one of the `instrumentations`. Without options,
 * `--import @heddle/opentelemetry/register` makes one. A second one in the same worker replaces the first.
 *
 * A worker of Heddle's exports its remaining spans before it ends by itself.
 *
 * @example
 * ```js
 * // otel.mjs
 * import { HeddleInstrumentation } from "@heddle/opentelemetry";
 * import { NodeSDK } from "@opentelemetry/sdk-node";
 *
 * new NodeSDK({ instrumentations: [new HeddleInstrumentation()] }).start();
 * ```
 */
export class HeddleInstrumentation {
  /** The name of this package. */
  readonly instrumentationName = NAME;
  /** The version of this package. */
  readonly instrumentationVersion = HEDDLE_VERSION;
  #config = { enabled: true, taskSpans: true };
  #provider: TracerProvider | undefined;
  #tracer: Tracer | undefined;
  readonly #hooks = {
    name: NAME,
    inject: (): Carrier | undefined => {
      const carrier: Record<string, string> = {};
      propagation.inject(context.active(), carrier);
      return Object.keys(carrier).length === 0 ? undefined : carrier;
    },
    run: <T>(carrier: Carrier | undefined, task: TaskRef, worker: CurrentWorker, act: () => T): T => {
      if (!worker.isMain) flushAtEnd(() => this.#provider ?? trace.getTracerProvider());
      // Not the context that is active here, which may be an earlier task's.
      const parent = carrier === undefined ? ROOT_CONTEXT : propagation.extract(ROOT_CONTEXT, carrier);
      if (!this.#config.taskSpans) return context.with(parent, act);
      const attributes = { "code.function.name": task.name, "thread.id": worker.id, "thread.name": worker.name };
      this.#tracer ??= (this.#provider ?? trace).getTracer(NAME, HEDDLE_VERSION);
      const span = this.#tracer.startSpan(`heddle task ${task.name}`, { attributes }, parent);
      return context.with(trace.setSpan(parent, span), () => inSpan(span, act));
    },
  };

  constructor(config: HeddleInstrumentationConfig = {}) {
    this.setConfig(config);
    if (this.#config.enabled) this.enable();
  }

  /** Takes effect for the tasks that are submitted here, or run here, from now on. */
  enable(): void {
    this.disable();
    instrumentations().push(this.#hooks);
    this.#config = { ...this.#config, enabled: true };
  }

  /** Takes no effect any more; nor does another one that was enabled in this worker. */
  disable(): void {
    const list = instrumentations();
    const index = list.findIndex(({ name }) => name === NAME);
    if (index >= 0) list.splice(index, 1);
    this.#config = { ...this.#config, enabled: false };
  }

  /** Sets whose tracer makes the spans of tasks. Default: the global provider's. */
  setTracerProvider(provider: TracerProvider): void {
    this.#provider = provider;
    this.#tracer = undefined;
  }

  /** Does nothing: there are no metrics. */
  setMeterProvider(_provider: MeterProvider): void {}

  /** Sets the options; `enabled` is for the constructor. */
  setConfig({ enabled = true, taskSpans = true }: HeddleInstrumentationConfig): void {
    this.#config = { enabled, taskSpans };
  }

  /** The options as they are now. */
  getConfig(): { enabled: boolean; taskSpans: boolean } {
    return this.#config;
  }
}

/** Returns the value of `act`. The span ends when that has settled. */
function inSpan<T>(span: Span, act: () => T): T {
  let value: T;
  try {
    value = act();
  } catch (error) {
    fail(span, error);
    throw error;
  }
  if (!(value instanceof Promise)) {
    span.end();
    return value;
  }
  return value.then(
    (result) => {
      span.end();
      return result;
    },
    (error) => {
      fail(span, error);
      throw error;
    },
  ) as T;
}

function fail(span: Span, error: unknown): void {
  span.recordException(error instanceof Error ? error : String(error));
  span.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof Error ? error.message : String(error) });
  span.end();
}
