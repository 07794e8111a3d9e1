import { checkOptions, HeddleError, typeError } from "@heddle/core";
import { piecesScripts } from "../scripts.js";
import type { Session } from "../session.js";

/**
 * A store of the program's own, such as S3, for large arguments and results of calls. The server then has their keys alone.
 *
 * @example
 * ```ts
 * import { randomUUID } from "node:crypto";
 * import { readFile, rm, writeFile } from "node:fs/promises";
 * import type { ValueStore } from "@heddle/redis";
 *
 * // In a folder that all machines share.
 * export const store: ValueStore = {
 *   async put(bytes) {
 *     const key = randomUUID();
 *     await writeFile(`/mnt/values/${key}`, bytes);
 *     return key;
 *   },
 *   get: (key) => readFile(`/mnt/values/${key}`),
 *   remove: (key) => rm(`/mnt/values/${key}`),
 * };
 * ```
 */
export interface ValueStore {
  /** Values of more bytes than that go there. Default: 1 MiB. */
  readonly above?: number | undefined;
  /** Stores bytes, and gives the key under which {@link get} finds them on any machine. */
  put(bytes: Uint8Array): Promise<string>;
  /** The bytes of a key. */
  get(key: string): Promise<Uint8Array>;
  /** The bytes of a key are needed no longer. After a death they have to expire by the store's own rules. */
  remove(key: string): Promise<void>;
}

/** A value as it goes with a call, or with its answer. */
export interface Sent {
  /** Where its bytes are: `here`; `stored`, under the key that the bytes are; or `pieces:COUNT:NAME`. */
  readonly where: string;
  readonly bytes: Uint8Array;
  /** The name of its pieces at the server; empty if there are none. */
  readonly pieces: string;
}

/** Values of at most that many bytes go as a whole. */
const SMALL = 64 * 1024;
/** The server does nothing else while it takes a piece in. */
const PIECE = 1024 * 1024;
const ABOVE = 1024 * 1024;
/** The most bytes of one value: the server has it in memory, and so has the receiver. */
const MOST = 512 * 1024 * 1024;

export function checkStore(store: ValueStore | undefined): ValueStore | undefined {
  if (store === undefined) return undefined;
  for (const name of ["put", "get", "remove"] as const) {
    if (typeof Object(store)[name] !== "function") throw typeError(`A store has the methods put, get and remove`);
  }
  checkOptions({ above: store.above }, "A store", ["above"]);
  return store;
}

/** How the bytes of arguments and results travel. */
export class Payloads {
  readonly #store: ValueStore | undefined;

  constructor(store: ValueStore | undefined) {
    this.#store = store;
  }

  async send(session: Session, bytes: Uint8Array): Promise<Sent> {
    if (bytes.length <= SMALL) return { where: "here", bytes, pieces: "" };
    if (this.#store !== undefined && bytes.length > (this.#store.above ?? ABOVE)) {
      return { where: "stored", bytes: Buffer.from(await this.#store.put(bytes)), pieces: "" };
    }
    if (bytes.length > MOST) {
      throw new RangeError(`A value of ${bytes.length} bytes is too large for the server: give connect a store`);
    }
    const pieces = `${session.id}-${session.newWait()}`;
    let count = 0;
    for (let from = 0; from < bytes.length; from += PIECE, count++) {
      const { how } = await session.perform(piecesScripts.add, pieces, bytes.subarray(from, from + PIECE));
      if (how === "lost") throw session.lost.reason;
    }
    return { where: `pieces:${count}:${pieces}`, bytes: new Uint8Array(0), pieces };
  }

  /** The bytes of a value that was sent. */
  async fetch(session: Session, where: string, bytes: Uint8Array): Promise<Uint8Array> {
    if (where === "here") return bytes;
    if (where === "stored") return await this.#get(bytes);
    const { count, name } = piecesOf(where);
    const all: Uint8Array[] = [];
    for (let index = 0; index < count; index++) {
      const { how, rest } = await session.perform(piecesScripts.read, name, String(index));
      if (how === "lost") throw session.lost.reason;
      if (how === "none") throw gone();
      all.push(rest[0] as Buffer);
    }
    return Buffer.concat(all);
  }

  /** A value that was sent is needed no longer. */
  async drop(session: Session, where: string, bytes: Uint8Array): Promise<void> {
    if (where === "stored") await this.#store?.remove(textOf(bytes));
    else if (where !== "here") await session.perform(piecesScripts.drop, piecesOf(where).name);
  }

  async #get(key: Uint8Array): Promise<Uint8Array> {
    if (this.#store === undefined) {
      throw typeError("A large value lies in a store that another program was given: give connect the same");
    }
    return await this.#store.get(textOf(key));
  }
}

function piecesOf(where: string): { readonly count: number; readonly name: string } {
  const [, count, name = ""] = where.split(":");
  return { count: Number(count), name };
}

const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString();

const gone = (): HeddleError =>
  new HeddleError("HEDDLE_VALUE_LOST", "A large value is no longer at the server: the program that sent it has ended");
