import { clock } from "./clock.js";

/** The events that a tool which draws or counts hears of, if it put a function at `globalThis[Symbol.for("heddle.trace")]` first. */
export interface TraceEvent {
  readonly kind:
    | "worker-start"
    | "worker-end"
    | "task-begin"
    | "task-end"
    | "wait-begin"
    | "wait-end"
    | "hold-begin"
    | "hold-end";
  /** Milliseconds since the epoch, with fractions. */
  readonly at: number;
  readonly worker: string;
  readonly workerId: number;
  /** The object that is waited for or held, such as `Lock stdout`; for tasks their name. */
  readonly object?: string;
}

type Tracer = (event: TraceEvent) => void;

// Looked up once, so that untraced programs, all but a few, pay one comparison.
const tracer = (globalThis as { [key: symbol]: unknown })[Symbol.for("heddle.trace")] as Tracer | undefined;

let worker = { name: "main", id: 0 };

/** Under which name this worker's events are told. */
export function nameTraces(name: string, id: number): void {
  worker = { name, id };
}

export const isTraced: boolean = tracer !== undefined;

export function trace(kind: TraceEvent["kind"], object?: string): void {
  if (tracer === undefined) return;
  const at = clock.origin + clock.now();
  tracer({ kind, at, worker: worker.name, workerId: worker.id, ...(object === undefined ? {} : { object }) });
}

/** Runs `act` between a `…-begin` and a `…-end`. */
export function traced<T>(what: "task" | "wait", object: string, act: () => T): T {
  if (tracer === undefined) return act();
  trace(`${what}-begin`, object);
  let result: T;
  try {
    result = act();
  } catch (error) {
    trace(`${what}-end`, object);
    throw error;
  }
  if (result instanceof Promise) {
    const end = (): void => trace(`${what}-end`, object);
    result.then(end, end);
  } else {
    trace(`${what}-end`, object);
  }
  return result;
}
