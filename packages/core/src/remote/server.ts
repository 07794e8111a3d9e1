import { clock } from "../kernel/clock.js";
import type { Unframed } from "../kernel/frame.js";
import type { Packet } from "../kernel/message/packet.js";
import { isThenable } from "../kernel/promises.js";
import type { Mailbox } from "../queue/mailbox.js";
import type { Calls } from "./calls.js";
import type { Endpoint } from "./endpoint.js";
import { HELLO, POST, packed, REFUSED, RETURNED, type Request, THREW } from "./wire.js";

/** How long calls may run one after another before the event loop gets its turn. */
const TURN_MS = 10;

/** A worker that calls: its id, and where its replies go. */
interface Asker {
  readonly id: number;
  readonly slot: number;
  readonly replies: Mailbox;
  /** How many of its calls run. */
  running: number;
}

/** The side of an endpoint in its home: takes the calls of all workers in the order in which they came, and answers them. */
export class Server {
  readonly #calls: Calls;
  readonly #endpoint: Endpoint;
  /** This worker's object for the endpoint, which holds the cell: kept while anybody else may call. */
  readonly #object: object;
  readonly #apply: (name: string, args: unknown[]) => unknown;
  /** By their slots. */
  readonly #askers = new Map<number, Asker>();
  #isClosed = false;
  #isWanted = false;

  constructor(calls: Calls, endpoint: Endpoint, object: object, apply: (name: string, args: unknown[]) => unknown) {
    this.#calls = calls;
    this.#endpoint = endpoint;
    this.#object = object;
    this.#apply = apply;
  }

  /** This worker's object for the endpoint. */
  get object(): object {
    return this.#object;
  }

  /** Whether a call runs that has to be answered. */
  get isRunning(): boolean {
    for (const { running } of this.#askers.values()) if (running > 0) return true;
    return false;
  }

  /** Whether this worker has to go on for those that may call. */
  get isWanted(): boolean {
    return this.#isWanted;
  }

  /** The endpoint is in a message that is about to be sent. */
  begin(): void {
    if (this.#isClosed) return;
    this.#calls.serves(this);
    this.check();
  }

  get hasRequest(): boolean {
    return !this.#endpoint.requests.isEmpty;
  }

  /** Runs the calls that have come; whether there was one. */
  read(): boolean {
    const { kernel } = this.#calls;
    const start = clock.now();
    let hasRun = false;
    for (let got = this.#endpoint.requests.take(); got !== undefined; got = this.#endpoint.requests.take()) {
      hasRun = true;
      this.#receive(got);
      if (clock.now() - start > TURN_MS) {
        // The event loop comes first, then the rest.
        kernel.bell.ring(kernel.slot);
        break;
      }
    }
    return hasRun;
  }

  /** Somebody has let go of the endpoint, or a worker has ended. */
  check(): void {
    for (const [slot, { id }] of this.#askers) {
      if (!this.#endpoint.isHeldBy(slot, id)) this.#askers.delete(slot);
    }
    const { others, requests } = this.#endpoint;
    // Those that this worker has started have their own say in how long it lives.
    const theirs = (): number => this.#endpoint.countHolders((slot) => this.#calls.hasStarted(slot));
    this.#isWanted = !this.#isClosed && this.#calls.mayHold && others > 0 && others > theirs();
    if (this.isRunning || !requests.isEmpty) return;
    if (this.#isClosed || others === 0) this.#leave();
  }

  /** Takes no more calls. Those that run are answered yet. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#isWanted = false;
    this.#endpoint.close();
    // The callers of those that were put before are told.
    for (let got = this.#endpoint.requests.take(); got !== undefined; got = this.#endpoint.requests.take()) {
      this.#receive(got);
    }
    if (!this.isRunning) this.#leave();
  }

  #leave(): void {
    this.#askers.clear();
    this.#calls.servesNoMore(this);
  }

  #receive({ body, blobs, referenceSets }: Unframed): void {
    const [slot, id, serial, mode, name, inner] = body as Request;
    const { kernel } = this.#calls;
    const arrived = { body: inner, blobs, references: referenceSets[0] };
    if (mode === HELLO) {
      this.#askers.set(slot, { id, slot, replies: kernel.codec.openAndRelease(arrived) as Mailbox, running: 0 });
      return;
    }
    const asker = mode === POST ? undefined : this.#askers.get(slot);
    // A caller that has died is answered no more.
    if (this.#isClosed || (mode !== POST && asker?.id !== id)) {
      kernel.codec.dispose(arrived);
      if (asker !== undefined) this.#answer(asker, serial, REFUSED, undefined);
      return;
    }
    this.#run(asker, serial, () => this.#apply(name, kernel.codec.openAndRelease(arrived) as unknown[]));
  }

  #run(asker: Asker | undefined, serial: number, act: () => unknown): void {
    try {
      const value = act();
      if (!isThenable(value)) {
        this.#answer(asker, serial, RETURNED, value);
        return;
      }
      if (asker !== undefined) asker.running++;
      const end = (how: number, outcome: unknown): void => {
        this.#answer(asker, serial, how, outcome);
        if (asker !== undefined && --asker.running === 0) this.#calls.settled(this);
      };
      Promise.resolve(value).then(
        (result) => end(RETURNED, result),
        (error) => end(THREW, error),
      );
    } catch (error) {
      this.#answer(asker, serial, THREW, error);
    }
  }

  /** Without an asker, nobody awaits the outcome: an error goes to the except hook. */
  #answer(asker: Asker | undefined, serial: number, how: number, value: unknown): void {
    if (asker === undefined) {
      if (how === THREW) this.#calls.reportUncaught(value);
      return;
    }
    try {
      this.#reply(asker, serial, how, this.#pack(how, value));
    } catch (error) {
      // A result that cannot be sent is a failure of the call.
      this.#fail(asker, serial, error);
    }
  }

  #fail(asker: Asker, serial: number, error: unknown): void {
    try {
      this.#reply(asker, serial, THREW, this.#pack(THREW, error));
    } catch (cause) {
      // Not even that finds room.
      this.#calls.reportUncaught(cause);
    }
  }

  #pack(how: number, value: unknown): Packet {
    const { codec } = this.#calls.kernel;
    return how === THREW ? codec.packThrown(value) : codec.packItem(value, "result");
  }

  #reply({ slot, replies }: Asker, serial: number, how: number, packet: Packet): void {
    const { kernel, name } = this.#calls;
    let isPut = false;
    try {
      isPut = replies.put(packed(`${serial},${how},${how === THREW ? JSON.stringify(name) : '""'}`, packet));
    } finally {
      if (!isPut) kernel.codec.dispose(packet);
    }
    kernel.bell.ring(slot);
  }
}
