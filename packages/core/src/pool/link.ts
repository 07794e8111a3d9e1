import type { ResourceLimits } from "../contracts/worker.js";
import {
  CELL_PAYLOAD,
  CLAIM_POSTED,
  CLAIM_STARTED,
  CLAIM_TAKEN_BACK,
  CLAIMS,
  claimWord,
  Kind,
  LINK_ANSWER_BYTES,
  LINK_ANSWERS,
  LINK_CALL_BYTES,
  LINK_CALLS,
  LINK_CLAIMS,
  LINK_END,
} from "../kernel/layout.js";
import { type RingPlace, RingReader, RingWriter } from "../kernel/ring.js";
import { Child } from "../worker/child.js";
import type { Realm } from "../worker/realm.js";
import type { Call } from "./call.js";
import { Parcels } from "./parcels.js";
import { type AnswerEntry, type Arrived, Batch, CONTROL, eachEntry, type PaceEntry, RefWriter } from "./wire.js";

export const callsOf = (link: number): RingPlace => ({ words: link + LINK_CALLS, bytes: link + LINK_CALL_BYTES });
export const answersOf = (link: number): RingPlace => ({ words: link + LINK_ANSWERS, bytes: link + LINK_ANSWER_BYTES });

/** Work that a worker should have at hand: enough to be busy while the pool hears of its answers and sends more. */
const AHEAD_MS = 2;
const AHEAD_UNKNOWN = 2;
const MOST_AHEAD = CLAIMS / 2;
/** Call numbers wrap here; they stay far enough apart to tell apart. */
const NUMBERS = 2 ** 28;

export interface LinkOptions {
  readonly name: string;
  readonly resourceLimits: ResourceLimits | undefined;
  readonly onAnswer: (call: Call, how: number, arrived: Arrived, parcel: readonly unknown[] | undefined) => void;
  readonly onParcel: () => void;
  readonly onEnd: (link: Link, exitCode: number, uncaught: { readonly error: unknown } | undefined) => void;
}

interface Answer {
  readonly number: number;
  readonly how: number;
  readonly arrived: Arrived;
}

/** A pool's end of the connection to one of its workers: what was posted there, and is not answered yet. */
export class Link {
  readonly name: string;
  readonly outstanding = new Map<number, Call>();
  readonly child: Child;
  /** Whether this worker has ever got as far as to start a call. */
  hasServed = false;
  readonly #realm: Realm;
  readonly #options: LinkOptions;
  readonly #cell: number;
  readonly #calls: RingWriter;
  readonly #answers: RingReader;
  readonly #batch = new Batch();
  readonly #refs = new RefWriter();
  readonly #parcels = new Parcels();
  /** Answers, from the first one on that waits for its parcel. */
  readonly #held: Answer[] = [];
  #next = 0;
  #ahead = AHEAD_UNKNOWN;
  #pace = Number.POSITIVE_INFINITY;

  constructor(realm: Realm, options: LinkOptions) {
    const { kernel } = realm;
    this.#realm = realm;
    this.#options = options;
    this.name = options.name;
    this.#cell = kernel.cells.create(Kind.Link, LINK_END - CELL_PAYLOAD);
    this.#parcels.onArrival = options.onParcel;
    try {
      this.child = new Child(kernel, {
        name: options.name,
        daemon: true,
        job: { kind: "pool", link: this.#cell },
        args: undefined,
        transfer: [],
        env: undefined,
        resourceLimits: options.resourceLimits,
        onMessage: (message) => {
          if (message.type === "parcel") this.#parcels.add(message.parcel);
        },
        onEnd: (exitCode, uncaught) => options.onEnd(this, exitCode, uncaught),
      });
    } catch (error) {
      kernel.cells.letGo(this.#cell);
      throw error;
    }
    const ringWorker = (): void => kernel.bell.ring(this.child.slot);
    this.#calls = new RingWriter(kernel.region, callsOf(this.#cell), ringWorker);
    this.#answers = new RingReader(kernel.region, answersOf(this.#cell), ringWorker);
  }

  /** How many more calls it should be sent. */
  get room(): number {
    const room = this.#ahead - this.outstanding.size;
    if (room <= 0) return 0;
    // Claims are reused in a circle: a call that takes long holds the place of the one that comes round next.
    const [oldest] = this.outstanding.keys();
    return oldest === undefined || (this.#next - oldest + NUMBERS) % NUMBERS < CLAIMS ? room : 0;
  }

  /** Milliseconds that a call takes on average, Infinity while that is not known. */
  get pace(): number {
    return this.#pace;
  }

  /** Adds a call to the next batch. */
  post(call: Call): void {
    const { packet, ref, mode } = call;
    const number = this.#next;
    this.#next = (number + 1) % NUMBERS;
    const { i32 } = this.#realm.kernel.region;
    Atomics.store(i32, this.#claim(number), claimWord(number, CLAIM_POSTED));
    call.link = this;
    call.number = number;
    this.outstanding.set(number, call);
    const { parcel } = packet;
    if (parcel !== undefined) this.child.post({ type: "parcel", parcel: parcel.values }, parcel.transfer);
    this.#batch.add(`${number},${this.#refs.write(ref)},${mode},`, packet);
  }

  flush(): void {
    if (!this.#batch.isEmpty) this.#calls.write(this.#batch.take());
  }

  /** Takes in the answers that have come; true if there were some. */
  read(): boolean {
    this.#calls.writeBacklog();
    let hasRead = false;
    for (let bytes = this.#answers.read(); bytes !== undefined; bytes = this.#answers.read()) {
      hasRead = true;
      eachEntry<AnswerEntry | PaceEntry>(
        bytes,
        () => 2,
        (entry, arrived) => {
          if (entry[0] === CONTROL) this.#setPace(entry[1]);
          else this.#held.push({ number: entry[0], how: entry[1], arrived });
        },
      );
    }
    return this.#deliver() || hasRead;
  }

  get isQuiet(): boolean {
    return this.#answers.isEmpty;
  }

  /** Takes a call back that the worker has not started; false if it has. */
  takeBack(call: Call): boolean {
    const { i32 } = this.#realm.kernel.region;
    const posted = claimWord(call.number, CLAIM_POSTED);
    const takenBack = claimWord(call.number, CLAIM_TAKEN_BACK);
    if (Atomics.compareExchange(i32, this.#claim(call.number), posted, takenBack) !== posted) return false;
    this.outstanding.delete(call.number);
    call.link = undefined;
    return true;
  }

  hasStarted(number: number): boolean {
    const { i32 } = this.#realm.kernel.region;
    return Atomics.load(i32, this.#claim(number)) === claimWord(number, CLAIM_STARTED);
  }

  /** Has the signal of a running call abort. */
  abort(call: Call, reason: unknown): void {
    const packet = this.#realm.kernel.packThrown(reason);
    if (packet.parcel !== undefined) throw new Error("Heddle: a lenient packet has no parcel");
    this.#batch.add(`${CONTROL},${call.number},`, packet);
    this.flush();
  }

  /** After the worker's end: frees the link's memory. */
  destroy(): void {
    this.#realm.kernel.cells.letGo(this.#cell);
  }

  #claim(number: number): number {
    return this.#cell + LINK_CLAIMS + (number % CLAIMS);
  }

  #setPace(pace: number): void {
    this.hasServed = true;
    this.#pace = pace;
    this.#ahead = Math.max(1, Math.min(MOST_AHEAD, Math.round(AHEAD_MS / Math.max(pace, 1e-6))));
  }

  #deliver(): boolean {
    let hasDelivered = false;
    for (let answer = this.#held[0]; answer !== undefined; answer = this.#held[0]) {
      if (answer.arrived.hasParcel && !this.#parcels.hasArrived) break;
      this.#held.shift();
      hasDelivered = true;
      const parcel = answer.arrived.hasParcel ? this.#parcels.take() : undefined;
      const call = this.outstanding.get(answer.number);
      if (call === undefined) continue;
      this.outstanding.delete(answer.number);
      this.#options.onAnswer(call, answer.how, answer.arrived, parcel);
    }
    return hasDelivered;
  }
}
