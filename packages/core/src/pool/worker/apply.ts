import type { Carrier } from "../../contracts/instrumentation.js";
import type { TaskRef } from "../../contracts/task.js";
import type { AnyFunction } from "../../task/definitions.js";
import type { TaskScope } from "../../worker/current.js";
import { isInstrumented, runInstrumented } from "../../worker/instrumented.js";
import type { Services } from "../../worker/services.js";
import { type ArrivedEntry, MODE_ATTEMPT, MODE_CALL, MODE_INITIALIZE, MODE_ITERATE } from "../wire/entries.js";
import { applyToEach, attemptEach } from "./chunk.js";
import { pumpGenerator } from "./pump-generator.js";

export interface ReceivedCall {
  readonly number: number;
  readonly task: KnownTask;
  readonly mode: number;
  /** The place of its first item in the iterable of a map; undefined if it is no map's. */
  readonly place: number | undefined;
  readonly tellsStart: boolean;
  readonly hasCarrier: boolean;
  readonly args: ArrivedEntry;
}

/** A task that the pool has told of, and its function once it was found. */
export interface KnownTask {
  readonly ref: TaskRef;
  fn: AnyFunction | undefined;
}

/** Applies the task's function to the arguments of a call, which were opened, as the call's mode has it. */
export function applyTask(
  services: Services,
  fn: AnyFunction,
  { task: { ref }, mode, hasCarrier }: ReceivedCall,
  args: unknown[],
  scope: TaskScope,
): unknown {
  const carrier = hasCarrier ? (args.pop() as Carrier) : undefined;
  if (!isInstrumented()) return applyFunction(services, fn, mode, args, scope);
  const within = <T>(act: () => T): T => runInstrumented(services, ref, carrier, act);
  // The body of a generator runs as it is iterated over.
  if (mode === MODE_ITERATE) return within(() => applyFunction(services, fn, mode, args, scope));
  return applyFunction(services, (...given) => within(() => fn(...given)), mode, args, scope);
}

function applyFunction(
  { kernel, current }: Services,
  fn: AnyFunction,
  mode: number,
  args: readonly unknown[],
  scope: TaskScope,
): unknown {
  if (mode === MODE_CALL || mode === MODE_INITIALIZE) return fn(...args);
  // The map has failed elsewhere, so the rest of a chunk is not needed: items that have not started never do.
  const isStopped = (): boolean => {
    current.hearOfCancel(scope);
    return scope.isAborted;
  };
  if (mode === MODE_ITERATE) return pumpGenerator(fn, args, scope.signal, isStopped);
  if (mode === MODE_ATTEMPT) return attemptEach(kernel, fn, args, isStopped);
  return applyToEach(fn, args, isStopped);
}
