import { SendError } from "../../contracts/errors.js";
import {
  eachInMap,
  eachInSet,
  flagsOf,
  isDetached,
  isResizable,
  type Measures,
  measure,
  mostBytesOf,
  sourceOf,
  timeOf,
  unboxed,
  viewType,
} from "./brands.js";
import { type RegisteredClass, registeredOf } from "./classes.js";
import { describeError } from "./errors.js";
import { jsonOf } from "./json.js";
import { leaveOutHolders, NONE } from "./left-out.js";
import { isLongText, UnwrittenText } from "./long-text.js";
import { formatOfNumbers, PACKED_LENGTH, UnwrittenNumbers } from "./numbers.js";
import type { PackOptions } from "./pack-options.js";
import {
  type CodecHost,
  isBuffer,
  LEFT_OUT,
  type Node,
  type OwnedPacket,
  type Packet,
  partsOf,
  type Slot,
  UNDEFINED,
  type ViewName,
} from "./packet.js";
import { packPlain } from "./plain.js";
import { FUNCTION_ADVICE, REGION_ADVICE, type SendMode, SYMBOL_ADVICE, sendModeOf } from "./sendable.js";
import { hasHole, isArray, isPart, isSurelyObject, isTracking } from "./shapes.js";
import {
  bufferStep,
  itemInSetStep,
  itemStep,
  keyInMapStep,
  keyStep,
  mapStep,
  noStep,
  numberSlot,
  type Place,
  pathTo,
  type Step,
} from "./slots.js";
import { move, transferablesOf } from "./transfer.js";
import { bytesOf, type PacketBytes } from "./unwritten.js";

/** A value as a packet. Throws SendError for what cannot be sent. */
export const pack = (host: CodecHost, value: unknown, options: PackOptions): OwnedPacket =>
  packPlain(value, options.root) ?? owning(packGraph(host, value, options));

function owning({ text, blobs, references, transferables }: Packet): OwnedPacket {
  return { text, blobs: blobs?.map(bytesOf), references, transferables };
}

/** As {@link pack}, of what {@link packPlain} does not pack. It borrows what is not written yet, and with `borrows` bytes as well. */
export const packGraph = (host: CodecHost, value: unknown, options: PackOptions): Packet =>
  new Packer(host, options).pack(value);

/**
 * Something thrown, as a packet. An error goes without the parts that cannot be sent. In place of a value that cannot be sent at all, an
 * error goes that says so.
 */
export function packThrown(host: CodecHost, thrown: unknown): OwnedPacket {
  const options = { root: "error", isLenient: true, hasNoTransfers: true };
  try {
    return pack(host, thrown, options);
  } catch (cause) {
    const told = cause instanceof SendError ? cause.message : "it cannot be looked at";
    return pack(host, new Error(`Something was thrown that cannot be sent: ${told}`, { cause }), options);
  }
}

const TEXT = Object.freeze({});
class Packer {
  readonly #host: CodecHost;
  readonly #options: PackOptions;
  /** Parts that cannot be sent are left out: of what was thrown, and of errors, of which some part is better than none. */
  #isLenient: boolean;
  readonly #objects: object[] = [];
  readonly #indices = new Map<object, number>();
  readonly #places: Place[] = [];
  readonly #blobs: PacketBytes[] = [];
  readonly #shared: object[] = [];
  readonly #posted: unknown[] = [];
  /** The nodes of long strings, by their indices, at which {@link TEXT} stands among the objects. */
  readonly #texts = new Map<number, Node>();
  /** The errors within a value, by their indices: their parts come after all that has to be sent. */
  readonly #errors: number[] = [];
  /** The value to be moved, and the index of the object that it was marked for. */
  readonly #transfer = new Map<object, number>();

  constructor(host: CodecHost, options: PackOptions) {
    this.#host = host;
    this.#options = options;
    this.#isLenient = options.isLenient === true;
  }

  pack(value: unknown): Packet {
    const root = this.#slot(value, -1, noStep);
    const nodes: Node[] = [];
    // Objects are appended while their holders are written: a queue, so that no depth is too deep for the stack.
    for (let i = 0; i < this.#objects.length; i++) nodes.push(this.#nodeOrNone(this.#objects[i] as object, i));
    if (this.#errors.length > 0) this.#completeErrors(nodes);
    if (this.#isLenient && leaveOutHolders(nodes)) this.#refuse("a part of it cannot be sent", 0);
    // Last, as nothing can be refused after it: the moved values are the sender's no longer.
    const transfer = this.#transfer.size === 0 ? [] : this.#move();
    return {
      text: jsonOf([root, nodes], this.#options.root),
      blobs: this.#blobs.length > 0 ? this.#blobs : undefined,
      references: this.#shared.length > 0 ? this.#host.makeReferenceSet(this.#shared) : undefined,
      transferables: this.#posted.length > 0 ? { values: this.#posted, transfer } : undefined,
    };
  }

  /** An object that is met only now is a part of errors alone. */
  #completeErrors(nodes: Node[]): void {
    this.#isLenient = true;
    for (const i of this.#errors) nodes[i] = this.#error(this.#objects[i] as Error, i);
    for (let i = nodes.length; i < this.#objects.length; i++)
      nodes.push(this.#nodeOrNone(this.#objects[i] as object, i));
  }

  #slot(value: unknown, parent: number, step: Step, at?: unknown, n = 0): Slot {
    switch (typeof value) {
      case "undefined":
        return [UNDEFINED];
      case "number":
        return numberSlot(value);
      case "bigint":
        return [String(value)];
      case "symbol":
        return this.#leaveOut(SYMBOL_ADVICE, parent, step, at, n);
      case "function":
        if (this.#host.nameOfTask(value) === undefined) return this.#leaveOut(FUNCTION_ADVICE, parent, step, at, n);
        return this.#reference(value, parent, step, at, n);
      case "object":
        return value === null ? null : this.#reference(value, parent, step, at, n);
      case "string":
        return isLongText(value) ? this.#longText(value) : value;
      default:
        return value as boolean;
    }
  }

  #longText(text: string): Slot {
    this.#texts.set(this.#objects.length, ["l", this.#blobs.push(new UnwrittenText(text)) - 1]);
    this.#places.push({ parent: -1, step: noStep, at: undefined, n: 0 });
    return [this.#objects.push(TEXT) - 1];
  }

  #leaveOut(why: string, parent: number, step: Step, at: unknown, n: number): Slot {
    return this.#isLenient && parent >= 0 ? [LEFT_OUT] : this.#refuse(why, parent, step, at, n);
  }

  #reference(value: object, parent: number, step: Step, at?: unknown, n = 0): Slot {
    const known = this.#indices.get(value);
    if (known !== undefined) return [known];
    const index = this.#objects.length;
    this.#indices.set(value, index);
    this.#objects.push(value);
    this.#places.push({ parent, step, at, n });
    if (!this.#isLenient) for (const one of transferablesOf(value) ?? []) this.#transfer.set(one, index);
    return [index];
  }

  /** Of something lenient, a node that stands for nothing where the object cannot be sent; the root itself has to be. */
  #nodeOrNone(value: object, index: number): Node {
    if (!this.#isLenient || index === 0) return this.#node(value, index);
    try {
      return this.#node(value, index);
    } catch {
      return NONE;
    }
  }

  #node(value: object, index: number): Node {
    if (value === TEXT) return this.#texts.get(index) as Node;
    if (typeof value === "function") {
      const name = this.#host.nameOfTask(value);
      return ["k", ...(name === undefined ? [] : partsOf(name))];
    }
    const registered = registeredOf(value);
    if (registered !== undefined) return this.#instance(value, registered, index);
    if (isArray(value)) return this.#array(value, index);
    if (this.#host.isShared(value)) return ["h", this.#shared.push(value) - 1];
    if (ArrayBuffer.isView(value)) return this.#view(value, index);
    const sendMode = this.#sendModeOf(value, index);
    if ("unsendable" in sendMode) return this.#refuse(sendMode.unsendable, index);
    if ("brand" in sendMode) return this.#builtIn(sendMode.brand, value, index);
    if (sendMode.as === "object") return this.#object(value, index);
    return this.#post(value, index, sendMode.as === "moved");
  }

  /** Of a class of the program's own that is registered. */
  #instance(value: object, { name, pack }: RegisteredClass, index: number): Node {
    if (pack !== undefined) return ["q", name, this.#slot(pack(value), index, noStep)];
    const sendMode = this.#sendModeOf(value, index);
    if ("brand" in sendMode && sendMode.brand === "Error") return this.#error(value as Error, index);
    if (!("as" in sendMode) || sendMode.as !== "object" || isArray(value) || ArrayBuffer.isView(value)) {
      return this.#refuse(`${name} extends a built-in class: give registerClass pack and unpack for it`, index);
    }
    const node: [string, ...unknown[]] = ["c", name];
    this.#properties(node, value, Object.keys(value), index);
    return node;
  }

  #sendModeOf(value: object, index: number): SendMode {
    if (isSurelyObject(value)) return { as: "object" };
    try {
      return this.#options.sendModeOfHandle?.(value) ?? sendModeOf(value);
    } catch {
      return this.#refuse("it cannot be looked at, as its getters or traps throw", index);
    }
  }

  #builtIn(brand: string, value: object, index: number): Node {
    switch (brand) {
      case "Map":
        return this.#map(value, index);
      case "Set": {
        const node: [string, ...unknown[]] = ["t"];
        let n = 0;
        eachInSet(value, (item: unknown) => node.push(this.#slot(item, index, itemInSetStep, n++)));
        return node;
      }
      case "Date": {
        const time = timeOf(value);
        return ["d", Number.isNaN(time) ? null : time];
      }
      case "RegExp":
        return ["r", sourceOf(value), flagsOf(value)];
      case "ArrayBuffer":
        return this.#buffer(value, index);
      case "Error":
        return this.#error(value as Error, index);
      case "Number":
      case "String":
      case "Boolean":
      case "BigInt":
        return ["b", this.#slot(unboxed(brand, value), index, noStep)];
      default:
        // Such as the arguments of a function, which have properties as any object has.
        return this.#object(value, index);
    }
  }

  #map(map: object, index: number): Node {
    const node: [string, ...unknown[]] = ["m"];
    let n = 0;
    eachInMap(map, (item: unknown, key: unknown) => {
      node.push(this.#slot(key, index, keyInMapStep, key, n), this.#slot(item, index, mapStep, key, n));
      n++;
    });
    return node;
  }

  #object(value: object, index: number): Node {
    const node: [string, ...unknown[]] = ["o"];
    this.#properties(node, value, Object.keys(value), index);
    return node;
  }

  #array(value: readonly unknown[], index: number): Node {
    const { length } = value;
    const format = length >= PACKED_LENGTH ? formatOfNumbers(value) : undefined;
    if (this.#hasItemsAlone(value, index) && (format !== undefined || !hasHole(value))) {
      if (format !== undefined) {
        return ["f", this.#blobs.push(new UnwrittenNumbers(value as readonly number[], format)) - 1, format];
      }
      const node: [string, ...unknown[]] = ["a"];
      const { first = 0 } = index === 0 ? this.#options : {};
      for (let i = 0; i < length; i++) node.push(this.#slot(value[i], index, itemStep, first + i));
      return node;
    }
    const node: [string, ...unknown[]] = ["s", length];
    this.#properties(node, value, Object.keys(value), index);
    return node;
  }

  /** Nothing else of a list of arguments is looked at: to list the values of an array of numbers takes longer than to write them. */
  #hasItemsAlone(array: readonly unknown[], index: number): boolean {
    return (index === 0 && this.#options.first !== undefined) || Object.values(array).length === array.length;
  }

  /** Appends each key and its slot; of something lenient, without those whose getters throw. */
  #properties(node: unknown[], value: object, keys: readonly string[], index: number): void {
    for (const key of keys) {
      let part: unknown;
      try {
        part = Reflect.get(value, key);
      } catch (error) {
        if (!this.#isLenient) throw error;
        continue;
      }
      node.push(key, this.#slot(part, index, keyStep, key));
    }
  }

  #error(error: Error, index: number): Node {
    if (!this.#isLenient) {
      this.#errors.push(index);
      return NONE;
    }
    const { type, name, message, stack, hidden, shown } = describeError(error);
    const node: [string, ...unknown[]] = ["e", type, name, message, stack, 0];
    this.#properties(node, error, hidden, index);
    node[5] = (node.length - 6) / 2;
    this.#properties(node, error, shown, index);
    return node;
  }

  #buffer(buffer: object, index: number): Node {
    if (this.#host.isRegion(buffer)) this.#refuse(REGION_ADVICE, index);
    if (isDetached(buffer)) this.#refuse("an ArrayBuffer that was moved away cannot be sent", index);
    const { hasNoTransfers, isForMany } = this.#options;
    if (this.#transfer.has(buffer) && hasNoTransfers !== true && isForMany !== true) return this.#posting(buffer);
    const max = isResizable(buffer) ? mostBytesOf(buffer) : -1;
    const bytes = new Uint8Array(buffer as ArrayBuffer);
    const mayBorrow = this.#options.borrows === true && !this.#transfer.has(buffer);
    return ["u", this.#blobs.push(mayBorrow ? bytes : bytes.slice()) - 1, max];
  }

  #view(view: ArrayBufferView, index: number): Node {
    const shared = this.#host.sharedOf(view);
    if (shared === null) this.#refuse("a view of shared memory whose object is not held here cannot be sent", index);
    const { buffer, byteOffset, byteLength, length, ...measured } = this.#measure(view, index);
    const type = isBuffer(view, measured.type) ? "Buffer" : (measured.type as ViewName);
    if (shared) return ["w", this.#shared.push(shared.owner) - 1, type, shared.byteOffset, length];
    // A small Buffer is a part of one that many share: nobody else may see the bytes beside it there.
    if (type === "Buffer" && isPart(buffer, byteLength) && !this.#transfer.has(buffer)) {
      return ["v", type, this.#copied(buffer, byteOffset, byteLength, index), 0, length];
    }
    const [at] = this.#reference(buffer, index, bufferStep) as readonly [number];
    return ["v", type, at, byteOffset, isTracking(buffer, byteOffset + byteLength) ? -1 : length];
  }

  #measure(view: ArrayBufferView, index: number): Measures {
    try {
      return measure(view);
    } catch {
      return this.#refuse(
        `a ${viewType(view)} whose ArrayBuffer was moved away, or made shorter than it, cannot be sent`,
        index,
      );
    }
  }

  /** The index of a new object: those bytes of a buffer alone. */
  #copied(buffer: object, byteOffset: number, byteLength: number, index: number): number {
    const bytes = new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength).slice();
    this.#places.push({ parent: index, step: bufferStep, at: undefined, n: 0 });
    return this.#objects.push(bytes.buffer) - 1;
  }

  #post(value: object, index: number, isMoved: boolean): Node {
    if (this.#host.isRegion(value)) this.#refuse(REGION_ADVICE, index);
    const isHandle = this.#options.hasNoTransfers === true && this.#options.sendModeOfHandle?.(value) !== undefined;
    if (this.#options.hasNoTransfers === true && !isHandle) {
      const why = "this kind of object goes by postMessage alone, between threads: it cannot be sent this way";
      this.#refuse(why, index);
    }
    if (isMoved && this.#options.isForMany === true) {
      this.#refuse("it can only be moved, which is to one worker: these go to several", index);
    }
    if (isMoved && !this.#transfer.has(value)) {
      this.#refuse("it can only be moved: mark it with transfer(value, [it])", index);
    }
    return this.#posting(value);
  }

  #posting(value: object): Node {
    return ["p", this.#posted.push(value) - 1];
  }

  /** Checks what is to be moved, and moves the ArrayBuffers now, on any backend alike; gives what postMessage has still to move. */
  #move(): object[] {
    const way = { ...this.#options, isRegion: (one: object) => this.#host.isRegion(one) };
    const marked = [...this.#transfer.keys()];
    const moved = move(marked, way, (why, one) => {
      const index = one === undefined ? undefined : this.#indices.get(one);
      return this.#refuse(why, index ?? (this.#transfer.get(one ?? (marked[0] as object)) as number));
    });
    for (let i = 0; i < this.#posted.length; i++)
      this.#posted[i] = moved.get(this.#posted[i] as object) ?? this.#posted[i];
    return this.#options.isForMany === true ? [] : [...moved.values()];
  }

  #refuse(why: string, parent: number, step: Step = noStep, at?: unknown, n = 0): never {
    const where = `${this.#options.root}${pathTo(this.#places, parent)}${step(at, n)}`;
    throw new SendError(`${where}: ${why}`, where);
  }
}
