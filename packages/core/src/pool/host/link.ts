import type { ResourceLimits } from "../../contracts/worker.js";
import type { Handle } from "../../kernel/cells.js";
import { clock } from "../../kernel/clock.js";
import {
  CELL_PAYLOAD,
  CLAIM_CANCELLED,
  CLAIM_POSTED,
  CLAIM_STARTED,
  CLAIM_TAKEN_BACK,
  CLAIMS,
  claimWord,
  Kind,
  LINK_CLAIMS,
  LINK_END,
  LINK_PACE,
} from "../../kernel/layout.js";
import type { Packet } from "../../kernel/message/index.js";
import { RingReader, RingWriter } from "../../kernel/ring.js";
import type { FinalizerJob } from "../../worker/boot.js";
import { ChildWorker, type WorkerExit } from "../../worker/child-worker.js";
import { thrownFromWorker } from "../../worker/posted.js";
import type { Services } from "../../worker/services.js";
import { Transfers } from "../../worker/transfers.js";
import type { Call, Destination } from "../call.js";
import { Suspects } from "../suspects.js";
import {
  type ArrivedEntry,
  CONTROL,
  cellFor,
  dropEntry,
  type Entry,
  eachEntry,
  isOwn,
  MODE_READY,
  MOST_AHEAD,
  START,
  TASK,
  TaskWriter,
  TELLS_START,
  writeEntry,
} from "../wire/entries.js";
import { answersOf, callsOf } from "../wire/ring-layout.js";
import type { Events } from "./events.js";
import { InFlight } from "./in-flight.js";

/** Work that a worker should have at hand: enough to be busy while the pool hears of its answers and sends more. */
const AHEAD_MS = 2;
const AHEAD_UNKNOWN = 1;
/** Bytes of arguments that a worker is sent ahead; a worker that has nothing to do is sent a call of any size. */
const AHEAD_BYTES = 8 << 20;

export interface LinkOptions {
  readonly name: string;
  readonly resourceLimits: ResourceLimits | undefined;
  /** The pool's options as the user gave them: some may be the adapter's own. */
  readonly given: object;
  /** Calls that the worker runs at the same time, and in all. */
  readonly concurrency: number;
  readonly maxTasks: number;
  readonly hasInitializer: boolean;
  readonly finalizer: FinalizerJob | undefined;
  /** The event loop has heard of something: {@link Link.read} or {@link Link.exit} have news. */
  readonly onNews: () => void;
  readonly events: Events;
}

export interface Answer {
  readonly number: number;
  readonly how: number;
  /** How long the call ran. */
  readonly ms: number;
  readonly arrived: ArrivedEntry;
  transferables: readonly unknown[] | undefined;
}

/** News of a call. Without an answer, it has started, and has a timeout. */
export interface Received {
  readonly call: Call;
  readonly answer: Answer | undefined;
}

const NO_NEWS: readonly Received[] = Object.freeze([]);

/** A pool's end of the connection to one of its workers: the calls that were posted there, and are not answered yet. */
export class Link implements Destination {
  readonly name: string;
  readonly inFlight = new InFlight(this);
  readonly child: ChildWorker;
  readonly startedAt = clock.now();
  /** How many times modules had been evaluated again when its worker was started. */
  readonly reevaluations: number;
  /** Its worker may have loaded a module that was evaluated again since: it is given nothing more. */
  isOutdated = false;
  /** How its worker has ended, once the event loop has heard of it. */
  exit: WorkerExit | undefined;
  /** Whether this worker has ever got as far as to start a call. */
  hasServed = false;
  /** Why the pool ends it, once it does. */
  endReason: string | undefined;
  readonly suspects = new Suspects();
  /** When it last had nothing left to do. */
  idleSince = this.startedAt;
  /** When it last heard from its worker. */
  heardAt = this.startedAt;
  readonly #services: Services;
  readonly #options: LinkOptions;
  readonly #cell: number;
  readonly #calls: RingWriter;
  readonly #answers: RingReader;
  readonly #tasks = new TaskWriter();
  readonly #transfers = new Transfers();
  /** Answers, from the first one on that waits for its transferables. */
  readonly #held: Answer[] = [];
  /** Bytes of the calls that are posted and not answered. */
  #bytes = 0;
  #given = 0;
  #stopTimer: (() => void) | undefined;
  /** Calls of the pool's own that are posted and not answered. */
  #own = 0;
  #ahead: number;
  #pace = Number.POSITIVE_INFINITY;

  constructor(services: Services, options: LinkOptions) {
    const { kernel } = services;
    const { concurrency, hasInitializer, finalizer } = options;
    this.#services = services;
    this.#options = options;
    this.name = options.name;
    this.reevaluations = services.tasks.reevaluations;
    this.#ahead = options.concurrency + AHEAD_UNKNOWN;
    this.#cell = kernel.cells.create(Kind.Link, LINK_END - CELL_PAYLOAD);
    this.#transfers.onArrival = () => options.onNews();
    try {
      this.child = new ChildWorker(services, {
        name: options.name,
        daemon: true,
        job: { kind: "pool", link: this.#cell, concurrency, hasInitializer, finalizer },
        args: undefined,
        env: undefined,
        resourceLimits: options.resourceLimits,
        given: options.given,
        onMessage: (message) => {
          if (message.type === "transferables") this.#transfers.add(message.transferables);
          else if (message.type === "uncaught") this.suspects.culprit = message.by;
          else if (message.type === "threw") this.report(thrownFromWorker(kernel, message.error));
        },
        onEnd: (exit) => {
          if (exit.left !== undefined) this.report(exit.left);
          this.exit = exit;
          options.onNews();
        },
      });
    } catch (error) {
      kernel.cells.letGo(this.#cell);
      throw error;
    }
    const ringWorker = (): void => kernel.bell.ring(this.child.slot);
    this.#calls = new RingWriter(kernel.region, callsOf(this.#cell), ringWorker);
    this.#answers = new RingReader(kernel.region, answersOf(this.#cell), ringWorker);
  }

  /** How many more calls it should be sent; without look-ahead, only what it can start at once. */
  room(mayLookAhead: boolean): number {
    if (this.endReason !== undefined || this.isOutdated) return 0;
    const { concurrency, maxTasks } = this.#options;
    const mayAhead = mayLookAhead && this.#bytes < AHEAD_BYTES;
    const wanted = (mayAhead ? this.#ahead : concurrency) - this.inFlight.size;
    const room = Math.min(wanted, maxTasks - this.#given);
    return room > 0 && this.inFlight.hasSpace ? room : 0;
  }

  get isIdle(): boolean {
    return this.inFlight.size === 0;
  }

  /** Whether it has more to do than to get ready. */
  get hasTasks(): boolean {
    return this.tasks > 0;
  }

  /** Tasks that it has been given and has not answered. */
  get tasks(): number {
    return this.inFlight.size - this.#own;
  }

  /** Whether it has been given all the tasks that it may run. */
  get isSpent(): boolean {
    return this.isOutdated || this.#given >= this.#options.maxTasks;
  }

  /** Milliseconds that a call takes on average, Infinity while that is not known. */
  get pace(): number {
    return this.#pace;
  }

  /**
   * Posts a call; {@link flush} tells the worker. Throws if its arguments find no room in shared memory, or its transferables cannot be
   * posted: then it was not posted.
   */
  post(call: Call): void {
    const { kernel } = this.#services;
    // All that may fail comes first. The transferables cannot be taken back, and come last of that.
    const task = this.#tasks.indexOf(call.ref, (index, text) => this.#tell(TASK, index, { text }));
    call.pack(kernel);
    const { mode, cell, transferables } = call;
    if (transferables !== undefined)
      this.child.post({ type: "transferables", transferables: transferables.values }, transferables.transfer);
    const number = this.inFlight.add(call);
    Atomics.store(kernel.region.i32, this.#claim(number), claimWord(number, CLAIM_POSTED));
    this.#bytes += call.bytes;
    if (isOwn(call)) this.#own++;
    else this.#given++;
    const told = call.hasTimeout ? mode + TELLS_START : mode;
    writeEntry(this.#calls, number, task, told, call, cell);
  }

  /** Publishes what was posted, and tells the worker. */
  flush(): void {
    this.#calls.flush();
  }

  /**
   * The news that has come. Answers come in the order in which they were written: those after one that waits for its transferables wait,
   * too.
   */
  read(): readonly Received[] {
    this.#calls.writeBacklog();
    let news: Received[] | undefined;
    for (let frames = this.#answers.read(); frames !== undefined; frames = this.#answers.read()) {
      if (news === undefined) this.#setPace();
      const received: Received[] = news ?? [];
      news = received;
      this.heardAt = clock.now();
      eachEntry(frames, (entry, arrived) => this.#receive(entry, arrived, received));
    }
    if (this.#held.length === 0) return news ?? NO_NEWS;
    const received = news ?? [];
    while (this.#held.length > 0 && !this.#mustWait(this.#held[0] as Answer)) {
      this.#take(this.#held.shift() as Answer, received);
    }
    return received;
  }

  #receive(entry: Entry, arrived: ArrivedEntry, received: Received[]): void {
    const first = entry[0];
    if (first === START) {
      this.hasServed = true;
      const call = this.inFlight.get(entry[1]);
      if (call !== undefined) received.push({ call, answer: undefined });
      return;
    }
    const answer: Answer = { number: first, how: entry[1], ms: entry[2] / 1000, arrived, transferables: undefined };
    if (this.#held.length > 0 || this.#mustWait(answer)) this.#held.push(answer);
    else this.#take(answer, received);
  }

  #mustWait({ arrived }: Answer): boolean {
    return arrived.hasTransferables && !this.#transfers.hasArrived;
  }

  #take(answer: Answer, received: Received[]): void {
    const { number, arrived } = answer;
    if (arrived.hasTransferables) answer.transferables = this.#transfers.shift();
    const call = this.inFlight.get(number);
    if (call === undefined) {
      dropEntry(this.#services.kernel, arrived);
      return;
    }
    this.#remove(call);
    this.hasServed = true;
    if (call.mode !== MODE_READY) this.suspects.noteRun(call.ref.name);
    received.push({ call, answer });
  }

  get isQuiet(): boolean {
    return this.#answers.isEmpty;
  }

  /** Takes a call back that the worker has not started; false if it has. */
  takeBack(call: Call): boolean {
    const { i32 } = this.#services.kernel.region;
    const posted = claimWord(call.number, CLAIM_POSTED);
    const takenBack = claimWord(call.number, CLAIM_TAKEN_BACK);
    if (Atomics.compareExchange(i32, this.#claim(call.number), posted, takenBack) !== posted) return false;
    this.#remove(call);
    if (!isOwn(call)) this.#given--;
    call.takenBack();
    return true;
  }

  /** Takes back the calls that the worker has not started, except those that no other worker may have. */
  takeBackAll(): Call[] {
    const calls: Call[] = [];
    for (const call of [...this.inFlight].reverse()) {
      if (call.isPinned || isOwn(call)) continue;
      // Calls start in order: with this one, all before it have started.
      if (!this.takeBack(call)) break;
      calls.push(call);
    }
    return calls;
  }

  /** Calls that the worker has not started. */
  get unstarted(): number {
    let unstarted = 0;
    for (const call of this.inFlight) {
      if (!isOwn(call) && !this.hasStarted(call.number)) unstarted++;
    }
    return unstarted;
  }

  hasStarted(number: number): boolean {
    const { i32 } = this.#services.kernel.region;
    const claim = Atomics.load(i32, this.#claim(number));
    return claim === claimWord(number, CLAIM_STARTED) || claim === claimWord(number, CLAIM_CANCELLED);
  }

  /** Has the signal of a running call abort: at once if the call asks whether it is cancelled, else in its worker's next turn. */
  abort(call: Call, reason: unknown): void {
    // Its objects would be a dead worker's for good.
    if (!this.child.isAlive) return;
    const { kernel } = this.#services;
    const { i32 } = kernel.region;
    try {
      this.#tell(CONTROL, call.number, kernel.codec.packThrown(reason));
    } catch (error) {
      // The reason finds no room: the call is to stop all the same.
      this.#tell(CONTROL, call.number, kernel.codec.packThrown(error));
    }
    this.flush();
    // Only now that the reason is published: a call that sees this looks for it in the ring.
    const started = claimWord(call.number, CLAIM_STARTED);
    Atomics.compareExchange(i32, this.#claim(call.number), started, claimWord(call.number, CLAIM_CANCELLED));
  }

  /** Writes an entry that is no call. The worker holds its reference set and its cell from then on. */
  #tell(what: number, which: number, { text, blobs, references }: Pick<Packet, "text"> & Partial<Packet>): void {
    const { kernel } = this.#services;
    const packet = { text, blobs, references, transferables: undefined };
    let cell: Handle | undefined;
    try {
      cell = cellFor(kernel, packet);
    } catch (error) {
      kernel.codec.dispose(packet);
      throw error;
    }
    if (references !== undefined) kernel.referenceSets.handOver(references, this.child.slot);
    if (cell !== undefined) kernel.blobs.handOver(cell, this.child.slot);
    writeEntry(this.#calls, what, which, 0, packet, cell);
  }

  /**
   * Lets the worker end by itself, and resolves once it has. If it has not after `timeout` ms, it is told to end at once, by way of its
   * exit hooks. If it does not do even that, it is killed. `onLate` hears of it first.
   */
  async stop(why: string, timeout: number, onLate = (): void => {}): Promise<void> {
    this.endReason ??= why;
    this.#stopTimer?.();
    this.#stopTimer = this.child.endWithin(timeout, onLate);
    this.child.stop();
    await new Promise<void>((resolve) => this.child.onceEnded(resolve));
  }

  /** Kills the worker; `why` is for those whose calls it still runs. */
  end(why: string): Promise<void> {
    this.endReason ??= why;
    return this.child.kill();
  }

  /** Tells of an error in the worker that is no call's answer; `leftBy`, which tasks may have left it behind. */
  report(error: unknown, leftBy: readonly string[] = []): void {
    const left = leftBy.length > 0 ? { leftBy } : {};
    this.#options.events.tell("error", { error, name: this.name, id: this.child.id });
    this.#services.reportUncaught(error, { name: this.name, id: this.child.id, ...left });
  }

  /** After the worker's end: frees the link's memory. */
  destroy(): void {
    this.#services.kernel.cells.letGo(this.#cell);
  }

  #claim(number: number): number {
    return this.#cell + LINK_CLAIMS + (number % CLAIMS);
  }

  #setPace(): void {
    const { concurrency } = this.#options;
    const nanoseconds = Atomics.load(this.#services.kernel.region.i32, this.#cell + LINK_PACE);
    if (nanoseconds === 0) return;
    this.hasServed = true;
    this.#pace = nanoseconds / 1e6;
    const wanted = Math.round((AHEAD_MS * concurrency) / this.#pace);
    this.#ahead = Math.max(concurrency, Math.min(MOST_AHEAD, wanted));
  }

  #remove(call: Call): void {
    this.inFlight.remove(call);
    this.#bytes -= call.bytes;
    if (isOwn(call)) this.#own--;
    if (this.inFlight.size === 0) this.idleSince = clock.now();
  }
}
