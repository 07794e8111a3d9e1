import type { KernelAdapter } from "../../contracts/adapter.js";
import { typeError } from "../../contracts/wrong-use.js";
import { describe } from "../arguments.js";
import { structuredClone } from "../web.js";
import { bytesOfUnshared, isDetached } from "./brands.js";
import { REGION_ADVICE, sendModeOf } from "./sendable.js";

const marks = new WeakMap<object, readonly object[]>();
let hasMarks = false;

/** Remembers that `transferables`, somewhere within `value`, are to be moved when it is sent. */
export function markTransfer<T>(value: T, transferables: readonly unknown[]): T {
  if (typeof value !== "object" || value === null) {
    throw typeError(`transfer marks an object that holds what is to be moved, not ${describe(value)}`);
  }
  if (!Array.isArray(transferables) || transferables.some((one) => typeof one !== "object" || one === null)) {
    throw typeError("transfer needs an array of the objects to move, such as ArrayBuffers or MessagePorts");
  }
  marks.set(value, transferables as readonly object[]);
  hasMarks = true;
  return value;
}

/** The values that were marked for that object. Programs that never mark anything pay one comparison. */
export const transferablesOf = (value: object): readonly object[] | undefined =>
  hasMarks ? marks.get(value) : undefined;

export const mayHaveMarks = (): boolean => hasMarks;

interface Way {
  isRegion(buffer: object): boolean;
  readonly hasNoTransfers?: boolean;
  readonly sendModeOfHandle?: KernelAdapter["sendModeOfHandle"];
}

/** More than any buffer can have. */
const TOO_MANY_BYTES = Number.MAX_SAFE_INTEGER;

type IsKept = (buffer: ArrayBuffer) => boolean;

/** Asks for a move to a size that there cannot be. It fails as a TypeError where the buffer cannot be moved, else as a RangeError. */
const isKeptByTransfer: IsKept = (buffer) => {
  try {
    Reflect.apply(Reflect.get(ArrayBuffer.prototype, "transfer"), buffer, [TOO_MANY_BYTES]);
  } catch (error) {
    return error instanceof TypeError;
  }
  return false;
};

/**
 * In Node 20, which does not have `transfer`. A list that names a buffer twice is refused before anything is moved. A buffer that cannot be
 * moved is copied there instead, in silence, and so is not looked for in the list.
 */
const isKeptByList: IsKept = (buffer) => {
  try {
    structuredClone(null, { transfer: [buffer, buffer] });
    return true;
  } catch {
    return false;
  }
};

/** Whether it can tell, and moves nothing: the first cannot with a polyfill that moves first. Asked of a buffer that nobody needs. */
function canTell(isKept: IsKept): boolean {
  const own = new ArrayBuffer(1);
  return !isKept(own) && own.byteLength === 1;
}

/** Whether the runtime keeps a buffer, such as that of a WebAssembly.Memory. Moves nothing. */
let isKept: IsKept | undefined;

function firstKept(buffers: readonly ArrayBuffer[]): ArrayBuffer | undefined {
  isKept ??= [isKeptByTransfer, isKeptByList].find(canTell) ?? (() => false);
  return buffers.find(isKept);
}

/** Marked values, all of which can be moved. */
export interface Moves {
  readonly buffers: readonly ArrayBuffer[];
  readonly others: readonly object[];
}

/** Looks at the marked values, which may run code of the program's. Nothing is moved. `refuse` throws. */
export function checkMoves(marked: readonly object[], way: Way, refuse: (why: string, one: object) => never): Moves {
  const buffers: ArrayBuffer[] = [];
  const others: object[] = [];
  for (const one of marked) {
    if (way.isRegion(one)) refuse(REGION_ADVICE, one);
    if (bytesOfUnshared(one) === undefined) {
      checkMovable(one, way, refuse);
      others.push(one);
    } else if (isDetached(one)) refuse("an ArrayBuffer that was moved away cannot be sent", one);
    else buffers.push(one as ArrayBuffer);
  }
  return { buffers, others };
}

/**
 * Moves the marked values out of this worker's hands. ArrayBuffers are moved at once: so a value that cannot be moved is found before
 * anything is sent, and alike on every runtime. Gives what is to be posted for each. `refuse` throws; nothing has been moved then. It gets no
 * object if it may be any of several.
 */
export function move(
  { buffers, others }: Moves,
  refuse: (why: string, one: object | undefined) => never,
): ReadonlyMap<object, object> {
  const toPost = new Map<object, object>(others.map((one) => [one, one]));
  const why = "an ArrayBuffer here is the runtime's and cannot be moved: send it without transfer";
  // Of several, Deno would move those before it, and Node 20 all but it; their bytes would be lost.
  const kept = buffers.length > 1 ? firstKept(buffers) : undefined;
  if (kept !== undefined) refuse(why, kept);
  const [only] = buffers;
  let moved: readonly ArrayBuffer[] = [];
  try {
    moved = structuredClone(buffers, { transfer: buffers as ArrayBuffer[] });
  } catch {
    refuse(why, buffers.length === 1 ? only : undefined);
  }
  if (only !== undefined && !isDetached(only)) refuse(why, only);
  for (const [i, buffer] of buffers.entries()) toPost.set(buffer, moved[i] as ArrayBuffer);
  return toPost;
}

function checkMovable(one: object, way: Way, refuse: (why: string, one: object) => never): void {
  const handle = way.sendModeOfHandle?.(one);
  if (handle !== undefined && "unsendable" in handle) refuse(handle.unsendable, one);
  if (handle !== undefined) return;
  if (!isMoved(one)) refuse("it is marked with transfer, and cannot be moved: leave it out of the list", one);
  if (way.hasNoTransfers === true)
    refuse("it goes by postMessage alone, between threads: it cannot be sent this way", one);
}

function isMoved(one: object): boolean {
  try {
    const sendMode = sendModeOf(one);
    return "as" in sendMode && sendMode.as === "moved";
  } catch {
    return false;
  }
}
