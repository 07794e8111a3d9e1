import type { Adapter } from "../../contracts/adapter.js";
import { SendError } from "../../contracts/errors.js";
import { className, HIDDEN_PARTS, isError } from "./errors.js";
import {
  type Host,
  INFINITE,
  NEGATIVE_INFINITE,
  NEGATIVE_ZERO,
  NOT_A_NUMBER,
  type Node,
  type Packet,
  type Slot,
  UNDEFINED,
  viewName,
} from "./packet.js";
import { isPlain, PACKED_LENGTH } from "./plain.js";
import { FUNCTION_ADVICE, fateOf, SYMBOL_ADVICE } from "./sendable.js";
import { transferablesOf } from "./transfer.js";

export interface PackOptions {
  /** What the value is called at the beginning of a SendError's path. */
  readonly root: string;
  /** Leaves out what cannot be sent, instead of throwing: for errors, of which some part is better than none. */
  readonly isLenient?: boolean;
  /** There is no postMessage beside this way: what needs it cannot be sent. */
  readonly hasNoParcels?: boolean;
  /** How something travels that is a handle of the operating system; it can be posted even where nothing else can. */
  readonly fateOfHandle?: Adapter["fateOfHandle"];
}

/** A value as a packet. Throws SendError for what cannot be sent. */
export function pack(host: Host, value: unknown, options: PackOptions): Packet {
  if (value === undefined) return { text: "[]", blobs: undefined, bundle: undefined, parcel: undefined };
  if (isPlain(value)) {
    // A number's text is its JSON; to ask JSON for it costs more than the rest.
    const json = typeof value === "number" ? value : JSON.stringify(value);
    return { text: `[${json}]`, blobs: undefined, bundle: undefined, parcel: undefined };
  }
  return new Packer(host, options).pack(value);
}

/** Something thrown, as a packet: of an error, what can be sent; of what cannot be sent at all, an error that says so. */
export function packThrown(host: Host, thrown: unknown): Packet {
  const options = { root: "error", isLenient: true, hasNoParcels: true };
  try {
    return pack(host, thrown, options);
  } catch (error) {
    if (!(error instanceof SendError)) throw error;
    const why = new Error(`Something was thrown that cannot be sent: ${error.message}`, { cause: error });
    return pack(host, why, options);
  }
}

/** Where an object was met first: in which other one, and by what name there. Written out only when it is asked for. */
interface Place {
  readonly parent: number;
  readonly step: string;
}

const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;
const keyStep = (key: string): string => (IDENTIFIER.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`);

class Packer {
  readonly #host: Host;
  readonly #options: PackOptions;
  readonly #objects: object[] = [];
  readonly #indices = new Map<object, number>();
  readonly #places: Place[] = [];
  readonly #blobs: Uint8Array[] = [];
  readonly #shared: object[] = [];
  readonly #posted: unknown[] = [];
  readonly #transfer = new Set<object>();

  constructor(host: Host, options: PackOptions) {
    this.#host = host;
    this.#options = options;
  }

  pack(value: unknown): Packet {
    const root = this.#slot(value, -1, "");
    const nodes: Node[] = [];
    // Objects are appended while their holders are written: a queue, so that no depth is too deep for the stack.
    for (let i = 0; i < this.#objects.length; i++) nodes.push(this.#node(this.#objects[i] as object, i));
    this.#detachCopied();
    return {
      text: JSON.stringify([root, nodes]),
      blobs: this.#blobs.length > 0 ? this.#blobs : undefined,
      bundle: this.#shared.length > 0 ? this.#host.tie(this.#shared) : undefined,
      parcel: this.#posted.length > 0 ? { values: this.#posted, transfer: [...this.#transfer] } : undefined,
    };
  }

  #slot(value: unknown, parent: number, step: string): Slot {
    switch (typeof value) {
      case "undefined":
        return [UNDEFINED];
      case "number":
        return numberSlot(value);
      case "bigint":
        return [String(value)];
      case "symbol":
        return this.#refuse(SYMBOL_ADVICE, parent, step);
      case "function":
        if (this.#host.nameOfTask(value) === undefined) return this.#refuse(FUNCTION_ADVICE, parent, step);
        return this.#reference(value, parent, step);
      case "object":
        return value === null ? null : this.#reference(value, parent, step);
      default:
        return value as string | boolean;
    }
  }

  #reference(value: object, parent: number, step: string): Slot {
    const known = this.#indices.get(value);
    if (known !== undefined) return [known];
    const index = this.#objects.length;
    this.#indices.set(value, index);
    this.#objects.push(value);
    this.#places.push({ parent, step });
    for (const one of transferablesOf(value) ?? []) this.#transfer.add(one);
    return [index];
  }

  #node(value: object, index: number): Node {
    if (typeof value === "function") {
      const name = this.#host.nameOfTask(value);
      return ["k", name?.module, name?.name];
    }
    if (Array.isArray(value)) return this.#array(value, index);
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype === Object.prototype) return this.#object(value, index);
    if (this.#host.isShared(value)) return ["h", this.#shared.push(value) - 1];
    return this.#builtIn(value, index) ?? this.#other(value, index);
  }

  #builtIn(value: object, index: number): Node | undefined {
    if (value instanceof Map) {
      const node: [string, ...unknown[]] = ["m"];
      let n = 0;
      for (const [key, item] of value) {
        node.push(this.#slot(key, index, `.keys()[${n}]`), this.#slot(item, index, mapStep(key, n)));
        n++;
      }
      return node;
    }
    if (value instanceof Set) {
      const node: [string, ...unknown[]] = ["t"];
      let n = 0;
      for (const item of value) node.push(this.#slot(item, index, `.values()[${n++}]`));
      return node;
    }
    if (value instanceof Date) {
      const time = value.getTime();
      return ["d", Number.isNaN(time) ? null : time];
    }
    if (value instanceof RegExp) return ["r", value.source, value.flags];
    if (ArrayBuffer.isView(value)) return this.#view(value, index);
    if (value instanceof ArrayBuffer) return this.#buffer(value, index);
    if (isError(value)) return this.#error(value, index);
    if (isBoxed(value)) return ["b", this.#slot(value.valueOf(), index, "")];
    return undefined;
  }

  #object(value: object, index: number): Node {
    const node: [string, ...unknown[]] = ["o"];
    this.#properties(node, value, Object.keys(value), index);
    return node;
  }

  #array(value: readonly unknown[], index: number): Node {
    const { length } = value;
    if (Object.values(value).length === length && !hasHole(value)) {
      if (length >= PACKED_LENGTH && value.every((item) => typeof item === "number")) {
        return ["f", this.#blobs.push(new Uint8Array(Float64Array.from(value as number[]).buffer)) - 1];
      }
      const node: [string, ...unknown[]] = ["a"];
      for (let i = 0; i < length; i++) node.push(this.#slot(value[i], index, `[${i}]`));
      return node;
    }
    const node: [string, ...unknown[]] = ["s", length];
    this.#properties(node, value, Object.keys(value), index);
    return node;
  }

  /** Appends each key and its slot; of something lenient, without what cannot be sent. */
  #properties(node: unknown[], value: object, keys: readonly string[], index: number): void {
    for (const key of keys) {
      const part: unknown = Reflect.get(value, key);
      if (this.#options.isLenient === true && !this.#canSend(part)) continue;
      node.push(key, this.#slot(part, index, keyStep(key)));
    }
  }

  #error(error: Error, index: number): Node {
    const node: [string, ...unknown[]] = ["e", className(error), String(error.name), String(error.message)];
    node.push(String(error.stack ?? ""));
    const hidden = HIDDEN_PARTS.filter((key) => Object.hasOwn(error, key) && !Object.keys(error).includes(key));
    this.#properties(node, error, [...hidden, ...Object.keys(error).filter((key) => key !== "stack")], index);
    return node;
  }

  #buffer(buffer: ArrayBuffer, index: number): Node {
    if (isDetached(buffer)) this.#refuse("an ArrayBuffer that was moved away cannot be sent", index, "");
    if (this.#transfer.has(buffer) && this.#options.hasNoParcels !== true) return this.#post(buffer);
    const max = buffer.resizable ? buffer.maxByteLength : -1;
    return ["u", this.#blobs.push(new Uint8Array(buffer).slice()) - 1, max];
  }

  #view(view: ArrayBufferView, index: number): Node {
    const type = viewName(view);
    const shared = this.#host.sharedOf(view);
    if (shared === null)
      this.#refuse("a view of shared memory whose object is not held here cannot be sent", index, "");
    // DataViews and typed arrays measure themselves differently.
    const length = view instanceof DataView ? view.byteLength : (Reflect.get(view, "length") as number);
    if (shared) return ["w", this.#shared.push(shared.owner) - 1, type, shared.byteOffset, length];
    if (view.buffer instanceof ArrayBuffer && isDetached(view.buffer)) {
      this.#refuse("a view of an ArrayBuffer that was moved away cannot be sent", index, "");
    }
    const [buffer] = this.#reference(view.buffer, index, ".buffer") as readonly [number];
    return ["v", type, buffer, view.byteOffset, isTracking(view) ? -1 : length];
  }

  #other(value: object, index: number): Node {
    const handle = this.#options.fateOfHandle?.(value);
    const fate = handle ?? fateOf(value);
    if ("unsendable" in fate) this.#refuse(fate.unsendable, index, "");
    else if (fate.as === "object") return this.#object(value, index);
    else if (handle === undefined && this.#options.hasNoParcels === true) {
      this.#refuse(
        "this kind of object goes by postMessage alone, between threads: it cannot be sent this way",
        index,
        "",
      );
    } else if (fate.as === "moved" && !this.#transfer.has(value)) {
      this.#refuse("it can only be moved: mark it with transfer(value, [it])", index, "");
    }
    return this.#post(value);
  }

  #post(value: object): Node {
    return ["p", this.#posted.push(value) - 1];
  }

  /** Where nothing can be moved, an ArrayBuffer marked for it was copied; it leaves its sender all the same. */
  #detachCopied(): void {
    if (this.#options.hasNoParcels !== true || this.#transfer.size === 0) return;
    const buffers = [...this.#transfer].filter((one) => one instanceof ArrayBuffer && this.#indices.has(one));
    structuredClone(buffers, { transfer: buffers as ArrayBuffer[] });
  }

  #canSend(value: unknown): boolean {
    if (typeof value === "symbol") return false;
    if (typeof value === "function") return this.#host.nameOfTask(value) !== undefined;
    if (typeof value !== "object" || value === null) return true;
    const fate = fateOf(value);
    return !("unsendable" in fate) && (fate.as === "object" || this.#options.hasNoParcels !== true);
  }

  #refuse(why: string, parent: number, step: string): never {
    let path = step;
    for (let at = parent; at >= 0; ) {
      const place = this.#places[at] as Place;
      path = place.step + path;
      at = place.parent;
    }
    const where = `${this.#options.root}${path}`;
    throw new SendError(`${where}: ${why}`, where);
  }
}

function numberSlot(value: number): Slot {
  if (Number.isFinite(value)) return Object.is(value, -0) ? [NEGATIVE_ZERO] : value;
  if (Number.isNaN(value)) return [NOT_A_NUMBER];
  return [value > 0 ? INFINITE : NEGATIVE_INFINITE];
}

const mapStep = (key: unknown, n: number): string =>
  typeof key === "string" || typeof key === "number" ? `.get(${JSON.stringify(key)})` : `.values()[${n}]`;

function hasHole(array: readonly unknown[]): boolean {
  for (let i = 0; i < array.length; i++) if (array[i] === undefined && !(i in array)) return true;
  return false;
}

const isBoxed = (value: object): boolean =>
  value instanceof Number || value instanceof String || value instanceof Boolean || value instanceof BigInt;

/** `ArrayBuffer.detached` is not in Node 20; a detached buffer refuses to be sliced. */
function isDetached(buffer: ArrayBuffer): boolean {
  if (buffer.byteLength > 0) return false;
  try {
    buffer.slice(0, 0);
    return false;
  } catch {
    return true;
  }
}

/** Whether a view's length follows that of its resizable buffer: it then reaches exactly to the end. */
function isTracking(view: ArrayBufferView): boolean {
  const { buffer } = view;
  return buffer instanceof ArrayBuffer && buffer.resizable && view.byteOffset + view.byteLength === buffer.byteLength;
}
