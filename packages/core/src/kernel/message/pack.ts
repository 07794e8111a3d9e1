import { SendError } from "../../contracts/errors.js";
import { eachInMap, eachInSet, flagsOf, sourceOf, timeOf, unboxed } from "./brands.js";
import { type RegisteredClass, registeredOf } from "./classes.js";
import { describeError } from "./errors.js";
import { jsonOf } from "./json.js";
import { leaveOutHolders, NONE } from "./left-out.js";
import { isLongText, UnwrittenText } from "./long-text.js";
import { MessageBytes } from "./message-bytes.js";
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
import { functionAdvice, REGION_ADVICE, SYMBOL_ADVICE, safeSendModeOf, whyNotPosted } from "./sendable.js";
import { isArray, isLength, isPart, itemsOf } from "./shapes.js";
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
import { checkMoves, type Moves, move, transferablesOf } from "./transfer.js";
import { bytesOf } from "./unwritten.js";

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
  readonly #bytes = new MessageBytes((why, index) => this.#refuse(why, index));
  readonly #shared: object[] = [];
  /** The views and ArrayBuffers, by their indices: their measures and bytes are read last. */
  readonly #unread: number[] = [];
  /** Objects from this index on may be left out. */
  #lenientFrom = Number.POSITIVE_INFINITY;
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
    // The root itself has to be sent.
    if (this.#isLenient) this.#lenientFrom = 1;
  }

  pack(value: unknown): Packet {
    const root = this.#slot(value, -1, noStep);
    const nodes: Node[] = [];
    // Objects are appended while their holders are written: a queue, so that no depth is too deep for the stack.
    for (let i = 0; i < this.#objects.length; i++) nodes.push(this.#nodeOrNone(this.#objects[i] as object, i));
    if (this.#errors.length > 0) this.#completeErrors(nodes);
    const moves = this.#transfer.size === 0 ? undefined : this.#checkMoves();
    this.#readLast(nodes);
    if (this.#isLenient && leaveOutHolders(nodes)) this.#refuse("a part of it cannot be sent", 0);
    const text = jsonOf([root, nodes], this.#options.root);
    // Last, as nothing can be refused after it: the moved values are the sender's no longer.
    const transfer = moves === undefined ? [] : this.#move(moves);
    return {
      text,
      blobs: this.#bytes.blobs.length > 0 ? this.#bytes.blobs : undefined,
      references: this.#shared.length > 0 ? this.#host.makeReferenceSet(this.#shared) : undefined,
      transferables: this.#posted.length > 0 ? { values: this.#posted, transfer } : undefined,
    };
  }

  /**
   * Reads what getters, traps and classes' `pack` could have changed after its turn. From here on, no code of the program's runs: so the
   * views fit their buffers, and what is borrowed stays as it is.
   */
  #readLast(nodes: Node[]): void {
    for (const index of this.#unread) {
      try {
        nodes[index] = this.#read(nodes[index] as Node, this.#objects[index] as object, index);
      } catch (error) {
        if (index < this.#lenientFrom) throw error;
        nodes[index] = NONE;
      }
    }
    for (const one of this.#shared) {
      if (!this.#host.isShared(one)) {
        this.#refuse("it was disposed of while the message was packed", this.#indices.get(one) as number);
      }
    }
  }

  /** An object that is met only now is a part of errors alone. */
  #completeErrors(nodes: Node[]): void {
    this.#isLenient = true;
    this.#lenientFrom = Math.min(this.#lenientFrom, nodes.length);
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
        if (this.#host.nameOfTask(value) === undefined && !this.#host.isShared(value))
          return this.#leaveOut(functionAdvice(value), parent, step, at, n);
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
    this.#texts.set(this.#objects.length, ["l", this.#bytes.add(new UnwrittenText(text), -1)]);
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
    const name = typeof value === "function" ? this.#host.nameOfTask(value) : undefined;
    if (name !== undefined) return ["k", ...partsOf(name)];
    const registered = registeredOf(value);
    if (registered !== undefined) return this.#instance(value, registered, index);
    if (isArray(value)) return this.#array(value, index);
    if (this.#host.isShared(value)) return ["h", this.#shared.push(value) - 1];
    if (ArrayBuffer.isView(value)) return this.#view(value, index);
    const sendMode = safeSendModeOf(value, this.#options.sendModeOfHandle);
    if ("unsendable" in sendMode) return this.#refuse(sendMode.unsendable, index);
    if ("brand" in sendMode) return this.#builtIn(sendMode.brand, value, index);
    if (sendMode.as === "object") return this.#object(value, index);
    return this.#post(value, index, sendMode.as === "moved");
  }

  /** Of a class of the program's own that is registered. */
  #instance(value: object, { name, pack }: RegisteredClass, index: number): Node {
    if (pack !== undefined) return ["q", name, this.#slot(pack(value), index, noStep)];
    const sendMode = safeSendModeOf(value, this.#options.sendModeOfHandle);
    if ("brand" in sendMode && sendMode.brand === "Error") return this.#error(value as Error, index);
    if (!("as" in sendMode) || sendMode.as !== "object" || isArray(value) || ArrayBuffer.isView(value)) {
      return this.#refuse(`${name} extends a built-in class: give registerClass pack and unpack for it`, index);
    }
    const node: [string, ...unknown[]] = ["c", name];
    this.#properties(node, value, Object.keys(value), index);
    return node;
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
    // A list of arguments is Heddle's own. Nothing else of it is looked at: to list an array of numbers takes longer than to write them.
    const isOwn = index === 0 && this.#options.first !== undefined;
    const items = isOwn ? value : itemsOf(value);
    if (items !== undefined) {
      const format = items.length >= PACKED_LENGTH ? formatOfNumbers(items) : undefined;
      if (format !== undefined) {
        return ["f", this.#bytes.add(new UnwrittenNumbers(items as readonly number[], format), index), format];
      }
      const node: [string, ...unknown[]] = ["a"];
      const { first = 0 } = index === 0 ? this.#options : {};
      for (let i = 0; i < items.length; i++) node.push(this.#slot(items[i], index, itemStep, first + i));
      return node;
    }
    if (!isLength(length)) this.#refuse("it has a length that no array has", index);
    const node: [string, ...unknown[]] = ["s", length];
    this.#properties(node, value, Object.keys(value), index);
    return node;
  }

  /**
   * Appends each key and its slot, without those of properties that a getter has deleted meanwhile. Of something lenient, without those
   * whose getters throw.
   */
  #properties(node: unknown[], value: object, keys: readonly string[], index: number): void {
    for (const key of keys) {
      let part: unknown;
      try {
        part = Reflect.get(value, key);
        if (part === undefined && !Object.hasOwn(value, key)) continue;
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
    this.#unread.push(index);
    return ["u"];
  }

  #read([tag, type, at]: Node, value: object, index: number): Node {
    if (tag !== "v") return this.#readBuffer(value, index);
    return this.#bytes.ofView(value as ArrayBufferView, type, at, index);
  }

  #readBuffer(buffer: object, index: number): Node {
    const { hasNoTransfers, isForMany, borrows } = this.#options;
    const isMoved = this.#transfer.has(buffer);
    if (!isMoved || hasNoTransfers === true || isForMany === true) {
      return this.#bytes.ofBuffer(buffer, index, borrows === true && !isMoved);
    }
    this.#bytes.checkAttached(buffer, index);
    return this.#posting(buffer);
  }

  #view(view: ArrayBufferView, index: number): Node {
    const shared = this.#host.sharedOf(view);
    if (shared === null) this.#refuse("a view of shared memory whose object is not held here cannot be sent", index);
    const { buffer, byteOffset, byteLength, length, ...measured } = this.#bytes.measure(view, index);
    const type = isBuffer(view, measured.type) ? "Buffer" : (measured.type as ViewName);
    if (shared) return ["w", this.#shared.push(shared.owner) - 1, type, shared.byteOffset, length];
    // A small Buffer is a part of one that many share: nobody else may see the bytes beside it there.
    if (type === "Buffer" && isPart(buffer, byteLength) && !this.#transfer.has(buffer)) {
      return ["v", type, this.#copied(buffer, byteOffset, byteLength, index), 0, length];
    }
    const [at] = this.#reference(buffer, index, bufferStep) as readonly [number];
    this.#unread.push(index);
    return ["v", type, at];
  }

  /** The index of a new object: those bytes of a buffer alone. */
  #copied(buffer: object, byteOffset: number, byteLength: number, index: number): number {
    const bytes = this.#bytes.copyOf(new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength), index);
    this.#places.push({ parent: index, step: bufferStep, at: undefined, n: 0 });
    return this.#objects.push(bytes.buffer) - 1;
  }

  #post(value: object, index: number, isMoved: boolean): Node {
    if (this.#host.isRegion(value)) this.#refuse(REGION_ADVICE, index);
    const why = whyNotPosted(value, this.#options, isMoved, this.#transfer.has(value));
    if (why !== undefined) this.#refuse(why, index);
    return this.#posting(value);
  }

  #posting(value: object): Node {
    return ["p", this.#posted.push(value) - 1];
  }

  #checkMoves(): Moves {
    const way = { ...this.#options, isRegion: (one: object) => this.#host.isRegion(one) };
    return checkMoves([...this.#transfer.keys()], way, (why, one) => this.#refuseMarked(why, one));
  }

  /** Moves the ArrayBuffers now, on any backend alike; gives what postMessage has still to move. */
  #move(moves: Moves): object[] {
    const moved = move(moves, (why, one) => this.#refuseMarked(why, one ?? (moves.buffers[0] as object)));
    for (let i = 0; i < this.#posted.length; i++)
      this.#posted[i] = moved.get(this.#posted[i] as object) ?? this.#posted[i];
    return this.#options.isForMany === true ? [] : [...moved.values()];
  }

  #refuseMarked(why: string, one: object): never {
    return this.#refuse(why, this.#indices.get(one) ?? (this.#transfer.get(one) as number));
  }

  #refuse(why: string, parent: number, step: Step = noStep, at?: unknown, n = 0): never {
    const where = `${this.#options.root}${pathTo(this.#places, parent)}${step(at, n)}`;
    throw new SendError(`${where}: ${why}`, where);
  }
}
