import { HeddleError } from "../../contracts/errors.js";
import type { Handle } from "../cells.js";
import type { Referenced } from "../reference-sets.js";
import { classNamed } from "./classes.js";
import { briefly, makeError, setHidden } from "./errors.js";
import { NONE } from "./left-out.js";
import { textOfBytes } from "./long-text.js";
import { FIRST_ERROR_PART, indicesIn, type Reason, reasonWithin, slotsOf } from "./node-parts.js";
import { DOUBLES, INTEGERS, numbersIn } from "./numbers.js";
import {
  type Body,
  type CodecHost,
  INFINITE,
  LEFT_OUT,
  makeView,
  NEGATIVE_INFINITE,
  NEGATIVE_ZERO,
  NOT_A_NUMBER,
  type Node,
  nameOfParts,
  type Slot,
  type TaskNameParts,
  UNDEFINED,
  type ViewName,
} from "./packet.js";
import { define, sparse } from "./shapes.js";

/** A packet that has arrived. */
export interface Arrived {
  readonly body: unknown;
  readonly blobs: readonly Uint8Array[] | undefined;
  readonly references: Handle | undefined;
}

/** The value of a packet that has arrived. The owner of its reference set stays the same. Throws HeddleError for what no packer has made. */
export const unpack = (host: CodecHost, arrived: Arrived, transferables?: readonly unknown[]): unknown =>
  unpackWith(host, arrived, transferables, false);

/**
 * As {@link unpack}, of something thrown: without the parts that cannot be made here, such as an instance of a class that is not
 * registered. Never throws: in place of a value that itself cannot be made, it gives the error.
 */
export function unpackThrown(host: CodecHost, arrived: Arrived, transferables?: readonly unknown[]): unknown {
  try {
    return unpackWith(host, arrived, transferables, true);
  } catch (error) {
    return error;
  }
}

/** The items of a list, and the first of them that cannot be made whole here, if there is one. In its place, others may stand for it. */
export interface Items {
  readonly items: unknown[];
  readonly broken?: Reason & { readonly at: number };
}

/** As {@link unpack}, of a list whose items are of use without one another. Throws what it throws where that is not an item's. */
export function unpackItems(host: CodecHost, arrived: Arrived, transferables?: readonly unknown[]): Items {
  return unpackWith(host, arrived, transferables, true, (list, unpacker) => {
    const broken = unpacker?.firstBroken();
    return { items: list as unknown[], ...(broken === undefined ? {} : { broken }) };
  });
}

const itself = (value: unknown): unknown => value;

function unpackWith<T>(
  host: CodecHost,
  { body, blobs, references }: Arrived,
  transferables: readonly unknown[] | undefined,
  isLenient: boolean,
  resultOf: (value: unknown, unpacker?: Unpacker) => T = itself as () => T,
): T {
  if (!Array.isArray(body)) throw unreadable("it is no list");
  // By index: this is most of what is ever read, and to go through an iterator would cost as much again.
  const root = (body as unknown as Body)[0];
  const nodes = (body as unknown as Body)[1];
  if (nodes === undefined) return resultOf(root);
  if (!Array.isArray(nodes)) throw unreadable("its nodes are no list");
  const referenced = references === undefined ? [] : host.openReferenceSet(references);
  try {
    const unpacker = new Unpacker(host, nodes, blobs ?? [], referenced, transferables ?? [], isLenient);
    return resultOf(unpacker.unpack(root as Slot), unpacker);
  } catch (error) {
    throw asUnreadable(error);
  }
}

/** Bytes that no packer of this version has written: of another version, or overwritten. */
export const unreadable = (why: string, cause?: unknown): HeddleError =>
  new HeddleError("HEDDLE_UNREADABLE", `A message cannot be read, as if from another version of Heddle: ${why}`, {
    ...(cause === undefined ? {} : { cause }),
  });

const asUnreadable = (error: unknown): HeddleError =>
  error instanceof HeddleError ? error : unreadable("it does not hold together", error);

class Unpacker {
  readonly #host: CodecHost;
  readonly #nodes: Node[];
  readonly #blobs: readonly Uint8Array[];
  readonly #referenced: readonly Referenced[];
  readonly #transferables: readonly unknown[];
  readonly #isLenient: boolean;
  /** Why parts were left out here, by their indices. */
  #reasons: Map<number, unknown> | undefined;
  readonly #made: unknown[];
  /** Which objects have what is in them. Not kept where no class has an `unpack`, which must not see what is half made. */
  #filled: Set<number> | undefined;
  readonly #decoding = new Set<number>();

  constructor(
    host: CodecHost,
    nodes: Node[],
    blobs: readonly Uint8Array[],
    referenced: readonly Referenced[],
    transferables: readonly unknown[],
    isLenient: boolean,
  ) {
    this.#host = host;
    this.#nodes = nodes;
    this.#blobs = blobs;
    this.#referenced = referenced;
    this.#transferables = transferables;
    this.#isLenient = isLenient;
    this.#made = new Array(nodes.length);
  }

  /** First every object, empty, then what is in them: so that cycles close. */
  unpack(root: Slot): unknown {
    for (let i = 0; i < this.#nodes.length; i++) this.#make(i);
    if (this.#filled !== undefined) {
      for (let i = 0; i < this.#nodes.length; i++) if (this.#nodes[i]?.[0] === "q") this.#decode(i);
    }
    for (let i = 0; i < this.#nodes.length; i++) if (this.#filled?.has(i) !== true) this.#fillSafely(i);
    if (this.#reasons !== undefined && this.#isLeftOut(root)) throw this.#reasonOf(root)?.why;
    return this.#value(root);
  }

  /** The first item of the list that is the root whose parts are not all there. */
  firstBroken(): Items["broken"] {
    if (this.#reasons === undefined) return undefined;
    const [, ...slots] = this.#nodes[0] as Node;
    const whole = new Set<number>();
    for (let at = 0; at < slots.length; at++) {
      const reason = reasonWithin(slots[at], this.#nodes, this.#reasons, whole);
      if (reason !== undefined) return { at, why: asUnreadable(reason.why) };
    }
    return undefined;
  }

  #reasonOf(slot: unknown): Reason | undefined {
    return this.#reasons === undefined ? undefined : reasonWithin(slot, this.#nodes, this.#reasons);
  }

  /** Has the part at `index` left out, for that reason; throws it where all parts have to be there. */
  #leaveOut(index: number, why: unknown): undefined {
    if (!this.#isLenient) throw why;
    this.#reasons ??= new Map();
    if (!this.#reasons.has(index)) this.#reasons.set(index, why);
    this.#nodes[index] = NONE;
    this.#made[index] = undefined;
  }

  #decode(index: number): void {
    try {
      this.#decodeWhole(index);
    } catch (error) {
      this.#leaveOut(index, error);
    }
  }

  #fillSafely(index: number): void {
    try {
      this.#fill(this.#nodes[index] as Node, this.#made[index]);
    } catch (error) {
      this.#leaveOut(index, error);
    }
  }

  /** Makes an instance by its class's `unpack`, once all is whole that it is made of. */
  #decodeWhole(index: number): void {
    if (this.#made[index] !== undefined) return;
    if (this.#decoding.has(index))
      throw unreadable("the value that a class's pack returned refers to the instance itself");
    this.#decoding.add(index);
    const [, name, packed] = this.#nodes[index] as [string, string, Slot];
    const filled = this.#filled as Set<number>;
    const within: number[] = [];
    const found = indicesIn([packed]);
    for (let at = found.pop(); at !== undefined; at = found.pop()) {
      const node = this.#nodes[at];
      if (node?.[0] === "q") this.#decode(at);
      else if (node !== undefined && !filled.has(at)) {
        filled.add(at);
        within.push(at);
        found.push(...indicesIn(slotsOf(node)));
      }
    }
    for (const at of within) this.#fillSafely(at);
    const { unpack } = classNamed(name);
    if (unpack === undefined) throw unreadable(`${name} is registered with an unpack there, and without here`);
    const reason = this.#reasonOf(packed);
    if (reason !== undefined) throw reason.why;
    const parts = this.#value(packed);
    try {
      this.#made[index] = unpack(parts);
    } catch (cause) {
      throw new HeddleError("HEDDLE_UNREADABLE", `unpack of ${name} threw: ${briefly(cause)}`, { cause });
    }
  }

  #value(slot: Slot): unknown {
    if (typeof slot !== "object" || slot === null) return slot;
    const [what] = slot;
    if (typeof what === "string") return BigInt(what);
    switch (what) {
      case UNDEFINED:
      case LEFT_OUT:
        return undefined;
      case NOT_A_NUMBER:
        return Number.NaN;
      case INFINITE:
        return Number.POSITIVE_INFINITY;
      case NEGATIVE_INFINITE:
        return Number.NEGATIVE_INFINITY;
      case NEGATIVE_ZERO:
        return -0;
      default:
        if (!(what in this.#made)) throw unreadable(`it has no object ${what}`);
        return this.#made[what];
    }
  }

  /** Whether something stood there that could not be sent. */
  #isLeftOut(slot: Slot): boolean {
    if (typeof slot !== "object" || slot === null) return false;
    const [what] = slot;
    return what === LEFT_OUT || (typeof what === "number" && what >= 0 && this.#nodes[what]?.[0] === "x");
  }

  #make(index: number): unknown {
    // A view's buffer may come after it, and is then made before its turn.
    try {
      this.#made[index] ??= this.#empty(this.#nodes[index] as Node);
    } catch (error) {
      this.#leaveOut(index, error);
    }
    return this.#made[index];
  }

  // Parts of nodes are read by index: to split tag and parts would copy each node, twice.

  #empty(node: Node): unknown {
    const part = node[1];
    switch (node[0]) {
      case "o":
        return {};
      case "a":
        return new Array(node.length - 1);
      case "s":
        return sparse(part as number);
      case "m":
        return new Map();
      case "t":
        return new Set();
      case "d":
        return new Date((part as number | null) ?? Number.NaN);
      case "r":
        return new RegExp(part as string, node[2] as string);
      case "b":
        return Object(this.#value(part as Slot));
      case "e":
        return makeError(String(part), String(node[2]), String(node[3]), String(node[4]));
      case "x":
        return undefined;
      case "c":
        return Object.create(classNamed(part as string).prototype);
      case "q":
        this.#filled ??= new Set();
        return undefined;
      case "h":
        return this.#referenced[part as number]?.object;
      case "k":
        return this.#host.taskOfName(nameOfParts(node.slice(1) as unknown as TaskNameParts));
      case "p":
        return this.#transferables[part as number];
      default:
        return this.#binary(node);
    }
  }

  #binary([tag, ...parts]: Node): unknown {
    switch (tag) {
      case "f":
        return this.#numbers(parts[0] as number, parts[1]);
      case "l": {
        const text = textOfBytes(this.#blob(parts[0] as number));
        if (text === undefined) throw unreadable("a string is in an encoding that is not known here");
        return text;
      }
      case "u":
        return this.#bytes(parts[0] as number, parts[1] as number);
      case "v": {
        const [type, buffer, offset, length] = parts as [ViewName, number, number, number];
        const tag = this.#nodes[buffer]?.[0];
        if (tag !== "u" && tag !== "p") throw unreadable("a view is of no buffer");
        const made = this.#make(buffer);
        if (made === undefined) throw unreadable("a view is of no buffer");
        return makeView(type, made as ArrayBufferLike, offset, length);
      }
      case "w": {
        const [place, type, offset, length] = parts as [number, ViewName, number, number];
        const owner = this.#referenced[place];
        if (owner === undefined) throw unreadable("a view is of nothing");
        return this.#host.viewOf(owner, type, offset, length);
      }
      default:
        throw unreadable(`it has a "${tag}"`);
    }
  }

  #blob(blob: number): Uint8Array {
    const bytes = this.#blobs[blob];
    if (bytes === undefined) throw unreadable("its bytes are missing");
    return bytes;
  }

  #numbers(blob: number, format: unknown): number[] {
    const isKnown = format === DOUBLES || format === INTEGERS;
    const numbers = isKnown ? numbersIn(this.#blob(blob), format) : undefined;
    if (numbers === undefined) throw unreadable("its numbers are in a format that is not known here");
    return numbers;
  }

  /** A blob's bytes as a buffer of their own. */
  #bytes(blob: number, maxByteLength: number): ArrayBuffer {
    const bytes = this.#blob(blob);
    // Memory that is a copy from the beginning is not filled with zeros first.
    if (maxByteLength < 0) return new Uint8Array(bytes).buffer;
    const buffer = new ArrayBuffer(bytes.length, { maxByteLength });
    new Uint8Array(buffer).set(bytes);
    return buffer;
  }

  #fill(node: Node, made: unknown): void {
    switch (node[0]) {
      case "o":
        this.#setProperties(made as object, node, 1);
        return;
      case "s":
      case "c":
        this.#setProperties(made as object, node, 2);
        return;
      case "e":
        this.#setErrorParts(made as Error, node);
        return;
      case "a":
        for (let i = 1; i < node.length; i++) (made as unknown[])[i - 1] = this.#value(node[i] as Slot);
        return;
      case "m":
        for (let i = 1; i < node.length; i += 2) this.#setEntry(made as Map<unknown, unknown>, node, i);
        return;
      case "t":
        for (let i = 1; i < node.length; i++) this.#addItem(made as Set<unknown>, node[i] as Slot);
    }
  }

  #addItem(made: Set<unknown>, slot: Slot): void {
    if (!this.#isLeftOut(slot)) made.add(this.#value(slot));
  }

  #setEntry(made: Map<unknown, unknown>, node: Node, i: number): void {
    const key = node[i] as Slot;
    const value = node[i + 1] as Slot;
    if (!this.#isLeftOut(key) && !this.#isLeftOut(value)) made.set(this.#value(key), this.#value(value));
  }

  #setProperties(made: object, node: Node, from: number): void {
    for (let i = from; i < node.length; i += 2) {
      const key = node[i] as string;
      const slot = node[i + 1] as Slot;
      if (this.#isLeftOut(slot)) continue;
      const value = this.#value(slot);
      if (key === "__proto__") define(made, key, value);
      else Reflect.set(made, key, value);
    }
  }

  #setErrorParts(error: Error, node: Node): void {
    const shownFrom = FIRST_ERROR_PART + 2 * (node[FIRST_ERROR_PART - 1] as number);
    for (let i = FIRST_ERROR_PART; i < node.length; i += 2) {
      const key = node[i] as string;
      const slot = node[i + 1] as Slot;
      if (this.#isLeftOut(slot)) continue;
      const value = this.#value(slot);
      if (i < shownFrom) setHidden(error, key, value);
      else define(error, key, value);
    }
  }
}
