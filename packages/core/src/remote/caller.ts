import { beginAt, type Site } from "../contracts/frames.js";
import { graftStack, packList } from "../kernel/message/index.js";
import type { Packet } from "../kernel/message/packet.js";
import { rejectAt, siteOfCall } from "../kernel/sites.js";
import { Mailbox } from "../queue/mailbox.js";
import type { Calls } from "./calls.js";
import type { Endpoint } from "./endpoint.js";
import { CALL, HELLO, POST, packed, REFUSED, RETURNED, type Reply, THREW } from "./wire.js";

type Settle = (value: unknown) => void;

/** A call that awaits its reply. */
interface Pending {
  readonly site: Site;
  readonly resolve: Settle;
  readonly reject: Settle;
}

/** The errors of calls that are not made, or not answered. */
export interface Endings {
  closed(): Error;
  lost(): Error;
}

/** The side of an endpoint in a worker that calls it: the calls that await their replies, and the mailbox in which these come. */
export class Caller {
  readonly #calls: Calls;
  readonly #endpoint: Endpoint;
  readonly #endings: Endings;
  /** This worker's object for the endpoint, which holds the cell: kept while a call is awaited. */
  readonly #object: object;
  readonly #pending = new Map<number, Pending>();
  #replies: Mailbox | undefined;
  /** Whether the home knows how to reply. */
  #hasGreeted = false;
  #serial = 0;

  constructor(calls: Calls, endpoint: Endpoint, object: object, endings: Endings) {
    this.#calls = calls;
    this.#endpoint = endpoint;
    this.#object = object;
    this.#endings = endings;
  }

  /** The calls that are not answered yet. */
  get pending(): number {
    return this.#pending.size;
  }

  /** This worker's object for the endpoint. */
  get object(): object {
    return this.#object;
  }

  call(name: string, args: readonly unknown[]): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#mustBeOpen();
      this.#greet();
      const serial = ++this.#serial;
      this.#send(serial, CALL, name, this.#packArguments(args));
      this.#pending.set(serial, { site: siteOfCall(), resolve, reject });
      this.#calls.awaits(this);
    });
  }

  /** Calls it, and awaits nothing. */
  post(name: string, args: readonly unknown[]): void {
    this.#mustBeOpen();
    this.#send(0, POST, name, this.#packArguments(args));
  }

  #packArguments(args: readonly unknown[]): Packet {
    return packList(args, "args") ?? this.#calls.kernel.codec.packItem(args, "args");
  }

  #mustBeOpen(): void {
    // A home that has closed it lets go of it next.
    const { isLost, isClosed } = this.#endpoint;
    if (isClosed) throw this.#endings.closed();
    if (isLost) throw this.#endings.lost();
  }

  #greet(): void {
    if (this.#hasGreeted) return;
    const { kernel } = this.#calls;
    if (this.#replies === undefined) {
      const cell = Mailbox.create(kernel);
      this.#replies = kernel.cells.proxy(cell) as Mailbox;
    }
    this.#send(0, HELLO, "", kernel.codec.packItem(this.#replies));
    this.#hasGreeted = true;
  }

  #send(serial: number, mode: number, name: string, packet: Packet): void {
    const { kernel } = this.#calls;
    const { slot, id, codec, bell } = kernel;
    let isPut = false;
    try {
      const head = `${slot},${id},${serial},${mode},${JSON.stringify(name)}`;
      isPut = this.#endpoint.requests.put(packed(head, packet));
    } finally {
      if (!isPut) codec.dispose(packet);
    }
    if (!isPut) throw this.#endings.closed();
    bell.ring(this.#endpoint.home);
  }

  get hasReply(): boolean {
    return this.#replies?.isEmpty === false;
  }

  /** Settles the calls whose replies have come; whether there was one. */
  read(): boolean {
    let hasRead = false;
    const { codec } = this.#calls.kernel;
    for (let got = this.#replies?.take(); got !== undefined; got = this.#replies?.take()) {
      hasRead = true;
      const [serial, how, name, body] = got.body as Reply;
      const packet = { body, blobs: got.blobs, references: got.referenceSets[0] };
      const pending = this.#pending.get(serial);
      this.#pending.delete(serial);
      if (how === THREW) {
        const error = codec.openThrownAndRelease(packet);
        if (pending !== undefined) this.#reject(pending, (site) => graftStack(error, name, site));
      } else if (how === REFUSED) {
        if (pending !== undefined) this.#end(pending, this.#endings.closed());
      } else if (how === RETURNED) {
        try {
          const value = codec.openAndRelease(packet);
          pending?.resolve(value);
        } catch (error) {
          pending?.reject(error);
        }
      }
    }
    return hasRead;
  }

  /** A worker has ended, perhaps the home: then what it has not answered never will be. */
  check(): void {
    if (!this.#endpoint.isLost) return;
    // Only now: a home that has closed it lets go once it has answered.
    this.read();
    for (const pending of this.#pending.values()) this.#end(pending, this.#endings.lost());
    this.#pending.clear();
  }

  /** This worker's object was disposed of. */
  end(error: () => Error): void {
    for (const pending of this.#pending.values()) this.#end(pending, error());
    this.#pending.clear();
    if (this.#replies !== undefined) this.#calls.kernel.cells.dispose(this.#replies, false);
    this.#replies = undefined;
    this.#hasGreeted = false;
  }

  #end(pending: Pending, error: Error): void {
    this.#reject(pending, (site) => beginAt(error, site));
  }

  #reject({ site, resolve, reject }: Pending, make: (site: Site | undefined) => unknown): void {
    rejectAt(site, resolve, reject, make);
  }
}
