import type { Handle } from "../cells.js";
import type { Referenced } from "../reference-sets.js";
import { inherits } from "./brands.js";
import type { PacketBytes } from "./unwritten.js";

/** A value on its way to another worker. */
export interface Packet {
  /** JSON text, valid anywhere within a larger one. See {@link Body}. */
  readonly text: string;
  /**
   * Bytes that the text refers to by their place in this list. They are copies, so that later changes do not reach the message, unless they
   * were borrowed. Those that are not written yet always are.
   */
  readonly blobs: readonly PacketBytes[] | undefined;
  /** The set of Heddle objects that the text refers to; undefined if there are none, or the set is no longer the packet's. */
  references: Handle | undefined;
  /** Objects that only postMessage can carry, to be posted beside the text. */
  readonly transferables: Transferables | undefined;
}

/** A packet that borrows nothing. */
export interface OwnedPacket extends Packet {
  readonly blobs: readonly Uint8Array[] | undefined;
}

export interface Transferables {
  readonly values: readonly unknown[];
  /** Those of the values, or things within them, that are moved rather than copied. */
  readonly transfer: readonly object[];
}

/*
 * The text, once parsed:
 *
 *     []               undefined
 *     [value]          a tree that JSON carries as it is: most of what is ever sent
 *     [slot, nodes]    anything else: a graph as a flat list of nodes, so that no depth is too deep
 *
 * A slot, the root or a part of a node, is a JSON primitive or an array of one element. The element is a node's index, the digits of a
 * bigint, or one of the specials. Errors are packed leniently: where something in one cannot be sent, LEFT_OUT or a node "x" stands for it.
 * The receiver leaves out the property, entry or item of a set that it would be; in an array it is undefined. A node is its tag and what
 * the table says:
 *
 *     o  key, slot, …                   object              u  blob, maxByteLength or -1      ArrayBuffer
 *     a  slot, …                        array               v  type, buffer, offset, length   view (length -1: tracking)
 *     s  length, key, slot, …           sparse array        f  blob, format                   array of numbers
 *     m  slot, slot, …                  Map                 h  place                          in the ref. set
 *     t  slot, …                        Set                 w  place, type, offset, length    view of one in the set
 *     d  milliseconds or null           Date                k  module, name                   task
 *     r  source, flags                  RegExp              p  place                          in the transferables
 *     b  slot                           boxed primitive     x                                 left out
 *     l  blob                           long string
 *     c  class, key, slot, …            of a class          q  class, slot                    of a class, as its pack has it
 *     e  class, name, message, stack, n, key, slot, …   error; the first n properties are not enumerable
 */
export type Body = readonly [] | readonly [value: unknown] | readonly [root: Slot, nodes: readonly Node[]];
export type Slot = string | number | boolean | null | readonly [number | string];
export type Node = readonly [tag: string, ...unknown[]];

export const UNDEFINED = -1;
export const NOT_A_NUMBER = -2;
export const INFINITE = -3;
export const NEGATIVE_INFINITE = -4;
export const NEGATIVE_ZERO = -5;
export const LEFT_OUT = -6;

/** As a {@link TaskRef} says where a task is found; the layer that knows tasks gives these their meaning. */
export interface TaskName {
  readonly module: string;
  readonly name: string;
  readonly fingerprint?: string;
  readonly isCommonJs?: true;
}

/** A task's name as it travels: missing parts at its end are left out. The fingerprint may be empty, for none. */
export type TaskNameParts = readonly [module: string, name: string, fingerprint?: string, isCommonJs?: true];

export function partsOf({ module, name, fingerprint, isCommonJs }: TaskName): TaskNameParts {
  if (isCommonJs === true) return [module, name, fingerprint ?? "", true];
  return fingerprint === undefined ? [module, name] : [module, name, fingerprint];
}

export const nameOfParts = ([module, name, fingerprint = "", isCommonJs]: TaskNameParts): TaskName => ({
  module,
  name,
  ...(fingerprint === "" ? {} : { fingerprint }),
  ...(isCommonJs === true ? { isCommonJs } : {}),
});

/** How the codec recognises what belongs to Heddle. */
export interface CodecHost {
  /** Whether it is one of Heddle's own objects, which are not copied. */
  isShared(object: object): boolean;
  /** Ties such objects up, for the journey. */
  makeReferenceSet(objects: readonly object[]): Handle;
  /** This worker's objects for those in a reference set. */
  openReferenceSet(references: Handle): readonly Referenced[];
  /** Whose part of the region a view shows; null if nobody's, undefined if the view is not of the region. */
  sharedOf(view: ArrayBufferView): { readonly owner: object; readonly byteOffset: number } | null | undefined;
  /** A view of the region, kept valid by what it is a part of. */
  viewOf(owner: Referenced, type: ViewName, byteOffset: number, length: number): ArrayBufferView;
  /** Whether a buffer is the region itself, or a part of it. */
  isRegion(buffer: object): boolean;
  nameOfTask(fn: object): TaskName | undefined;
  taskOfName(name: TaskName): unknown;
}

const VIEWS = {
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
  DataView,
};
/** Those that older runtimes do not have; and Node's Buffer, where there is one, which is a Uint8Array with methods of its own. */
export type ViewName = keyof typeof VIEWS | "Float16Array" | "Buffer";

type View = new (buffer: ArrayBufferLike, byteOffset: number, length?: number) => ArrayBufferView;

interface BufferClass {
  readonly prototype: object;
  from(buffer: ArrayBufferLike, byteOffset: number, length?: number): ArrayBufferView;
}

const bufferClass = (): BufferClass | undefined => Reflect.get(globalThis, "Buffer");

function viewOfName(type: ViewName): View {
  const known: unknown = Object.hasOwn(VIEWS, type) ? Reflect.get(VIEWS, type) : undefined;
  const found = known ?? (type === "Float16Array" ? Reflect.get(globalThis, type) : undefined);
  if (typeof found !== "function") throw new TypeError(`There is no ${type} here`);
  return found as View;
}

/** A view on a buffer, of `length` elements, or with -1 as long as the buffer is at any time. */
export function makeView(type: ViewName, buffer: ArrayBufferLike, byteOffset: number, length: number): ArrayBufferView {
  if (type === "Buffer") {
    const made = bufferClass()?.from(buffer, byteOffset, length < 0 ? undefined : length);
    return made ?? makeView("Uint8Array", buffer, byteOffset, length);
  }
  const Made = viewOfName(type);
  return length < 0 ? new Made(buffer, byteOffset) : new Made(buffer, byteOffset, length);
}

/** Whether a view of that type is a Buffer: of other subclasses only what they are by their brand is kept. */
export function isBuffer(view: object, type: string): boolean {
  if (type !== "Uint8Array" || Object.getPrototypeOf(view) === Uint8Array.prototype) return false;
  const known = bufferClass();
  return known !== undefined && inherits(view, known.prototype);
}
