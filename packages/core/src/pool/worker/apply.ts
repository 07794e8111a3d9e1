import type { Carrier } from "../../contracts/instrumentation.js";
import type { TaskRef } from "../../contracts/task.js";
import type { Items } from "../../kernel/message/index.js";
import type { AnyFunction } from "../../task/definitions.js";
import type { TaskScope } from "../../worker/current.js";
import { isInstrumented, runInstrumented } from "../../worker/instrumented.js";
import type { Services } from "../../worker/services.js";
import { warnOfSurplusOf } from "../ignored-options.js";
import {
  type ArrivedEntry,
  MODE_ATTEMPT,
  MODE_CALL,
  MODE_INITIALIZE,
  MODE_ITERATE,
  MODE_STARMAP,
  openEntry,
  openItems,
} from "../wire/entries.js";
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

/** Opens the arguments of a call, as its mode has it: a list, or the items of an attempt. */
export const openArguments = (
  { kernel }: Services,
  { mode, args }: ReceivedCall,
  posted?: readonly unknown[],
): Opened => (mode === MODE_ATTEMPT ? openItems(kernel, args, posted) : (openEntry(kernel, args, posted) as unknown[]));

type Opened = unknown[] | Items;

/** Takes the carrier off the arguments, which come before it. */
function takeCarrier(args: Opened): Carrier {
  if (Array.isArray(args)) return args.pop() as Carrier;
  const { items, broken } = args;
  if (broken !== undefined && broken.at === items.length - 1) throw broken.why;
  return items.pop() as Carrier;
}

/** Applies the task's function to the arguments of a call, which were opened, as the call's mode has it. */
export function applyTask(
  services: Services,
  fn: AnyFunction,
  { task: { ref }, mode, hasCarrier }: ReceivedCall,
  args: Opened,
  scope: TaskScope,
): unknown {
  const carrier = hasCarrier ? takeCarrier(args) : undefined;
  if (mode === MODE_CALL && Array.isArray(args) && args.length > Math.max(fn.length, 1)) {
    warnOfSurplusOf(fn, services.tasks, ref, args);
  }
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
  opened: Opened,
  scope: TaskScope,
): unknown {
  const args = opened as readonly unknown[];
  if (mode === MODE_CALL || mode === MODE_INITIALIZE) return fn(...args);
  // The map has failed elsewhere, so the rest of a chunk is not needed: items that have not started never do.
  const isStopped = (): boolean => {
    current.hearOfCancel(scope);
    return scope.isAborted;
  };
  if (mode === MODE_ITERATE) return pumpGenerator(fn, args, scope.signal, isStopped);
  if (mode === MODE_ATTEMPT) return attemptEach(kernel, fn, opened as Items, isStopped);
  const apply = mode === MODE_STARMAP ? (item: unknown) => fn(...(item as unknown[])) : fn;
  return applyToEach(apply, args, isStopped);
}
