import type { Bundled } from "../bundles.js";
import type { Handle } from "../cells.js";
import { HIDDEN_PARTS, makeError, setHidden } from "./errors.js";
import {
  type Body,
  type Host,
  INFINITE,
  makeView,
  NEGATIVE_INFINITE,
  NEGATIVE_ZERO,
  NOT_A_NUMBER,
  type Node,
  type Slot,
  UNDEFINED,
  type ViewName,
} from "./packet.js";

/** A packet that has arrived. */
export interface Arrived {
  readonly body: unknown;
  readonly blobs: readonly Uint8Array[] | undefined;
  readonly bundle: Handle | undefined;
}

/** The value of a packet that has arrived. Its bundle is whose it was. */
export function unpack(host: Host, { body, blobs, bundle }: Arrived, parcel?: readonly unknown[]): unknown {
  const root = (body as Body)[0];
  const nodes = (body as Body)[1];
  if (nodes === undefined) return root;
  const bundled = bundle === undefined ? [] : host.open(bundle);
  return new Unpacker(host, nodes, blobs ?? [], bundled, parcel ?? []).unpack(root as Slot);
}

/** A node's parts, read one after another. */
type Parts = readonly unknown[];

class Unpacker {
  readonly #host: Host;
  readonly #nodes: readonly Node[];
  readonly #blobs: readonly Uint8Array[];
  readonly #bundled: readonly Bundled[];
  readonly #parcel: readonly unknown[];
  readonly #made: unknown[];

  constructor(
    host: Host,
    nodes: readonly Node[],
    blobs: readonly Uint8Array[],
    bundled: readonly Bundled[],
    parcel: readonly unknown[],
  ) {
    this.#host = host;
    this.#nodes = nodes;
    this.#blobs = blobs;
    this.#bundled = bundled;
    this.#parcel = parcel;
    this.#made = new Array(nodes.length);
  }

  /** First every object, empty, then what is in them: so that circles close. */
  unpack(root: Slot): unknown {
    for (let i = 0; i < this.#nodes.length; i++) this.#make(i);
    for (let i = 0; i < this.#nodes.length; i++) this.#fill(this.#nodes[i] as Node, this.#made[i]);
    return this.#value(root);
  }

  #value(slot: Slot): unknown {
    if (typeof slot !== "object" || slot === null) return slot;
    const [what] = slot;
    if (typeof what === "string") return BigInt(what);
    switch (what) {
      case UNDEFINED:
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
        return this.#made[what];
    }
  }

  #make(index: number): unknown {
    // A view's buffer may come after it, and is then made before its turn.
    this.#made[index] ??= this.#empty(this.#nodes[index] as Node);
    return this.#made[index];
  }

  #empty([tag, ...parts]: Node): unknown {
    switch (tag) {
      case "o":
        return {};
      case "a":
        return new Array(parts.length);
      case "s":
        return new Array(parts[0] as number);
      case "m":
        return new Map();
      case "t":
        return new Set();
      case "d":
        return new Date((parts[0] as number | null) ?? Number.NaN);
      case "r":
        return new RegExp(parts[0] as string, parts[1] as string);
      case "b":
        return Object(this.#value(parts[0] as Slot));
      case "e":
        return makeError(...(parts.slice(0, 4) as [string, string, string, string]));
      case "h":
        return this.#bundled[parts[0] as number]?.object;
      case "k":
        return this.#host.taskOfName({ module: parts[0] as string, name: parts[1] as string });
      case "p":
        return this.#parcel[parts[0] as number];
      default:
        return this.#binary(tag, parts);
    }
  }

  #binary(tag: string, parts: Parts): unknown {
    switch (tag) {
      case "f":
        return Array.from(new Float64Array(this.#bytes(parts[0] as number, -1)));
      case "u":
        return this.#bytes(parts[0] as number, parts[1] as number);
      case "v": {
        const [type, buffer, offset, length] = parts as [ViewName, number, number, number];
        return makeView(type, this.#make(buffer) as ArrayBufferLike, offset, length);
      }
      case "w": {
        const [place, type, offset, length] = parts as [number, ViewName, number, number];
        return this.#host.viewOf(this.#bundled[place] as Bundled, type, offset, length);
      }
      default:
        throw new TypeError(`A message from another version of Heddle cannot be read: it has a "${tag}"`);
    }
  }

  /** A blob's bytes as a buffer of their own. */
  #bytes(blob: number, maxByteLength: number): ArrayBuffer {
    const bytes = this.#blobs[blob] as Uint8Array;
    const buffer = new ArrayBuffer(bytes.length, ...(maxByteLength < 0 ? [] : [{ maxByteLength }]));
    new Uint8Array(buffer).set(bytes);
    return buffer;
  }

  #fill([tag, ...parts]: Node, made: unknown): void {
    switch (tag) {
      case "o":
        this.#setProperties(made as object, parts, 0);
        return;
      case "s":
        this.#setProperties(made as object, parts, 1);
        return;
      case "e":
        this.#setErrorParts(made as Error, parts);
        return;
      case "a":
        for (let i = 0; i < parts.length; i++) (made as unknown[])[i] = this.#value(parts[i] as Slot);
        return;
      case "m":
        for (let i = 0; i < parts.length; i += 2) {
          (made as Map<unknown, unknown>).set(this.#value(parts[i] as Slot), this.#value(parts[i + 1] as Slot));
        }
        return;
      case "t":
        for (const part of parts) (made as Set<unknown>).add(this.#value(part as Slot));
    }
  }

  #setProperties(made: object, parts: Parts, from: number): void {
    for (let i = from; i < parts.length; i += 2) {
      const key = parts[i] as string;
      const value = this.#value(parts[i + 1] as Slot);
      if (key === "__proto__") define(made, key, value);
      else Reflect.set(made, key, value);
    }
  }

  #setErrorParts(error: Error, parts: Parts): void {
    for (let i = 4; i < parts.length; i += 2) {
      const key = parts[i] as string;
      const value = this.#value(parts[i + 1] as Slot);
      if ((HIDDEN_PARTS as readonly string[]).includes(key)) setHidden(error, key, value);
      else define(error, key, value);
    }
  }
}

/** An own property, whatever the prototype would make of an assignment. */
const define = (object: object, key: string, value: unknown): void => {
  Object.defineProperty(object, key, { value, writable: true, configurable: true, enumerable: true });
};
