import { HeddleError } from "../contracts/errors.js";
import { beginAtOnce, callSite, type Site } from "../contracts/frames.js";
import type { Future as FutureContract } from "../contracts/future.js";
import type { TaskRef } from "../contracts/task.js";
import type { Handle } from "../kernel/cells.js";
import { clock } from "../kernel/clock.js";
import type { Kernel } from "../kernel/kernel.js";
import { MOST_BYTES, sizeOfPacket } from "../kernel/large.js";
import { graftStack, type Packet, refuseToSend } from "../kernel/message/index.js";
import { ownedOf } from "../kernel/message/unwritten.js";
import { showAs } from "../kernel/shown.js";
import { rejectAt } from "../kernel/sites.js";
import { GRACE_MS } from "../worker/cancel-word.js";
import { Attempts, type RetryPolicy } from "./attempts.js";
import { cellFor, isSmall, MODE_INITIALIZE } from "./wire/entries.js";

export type CallState = "pending" | "cancelled" | "fulfilled" | "rejected";

export interface CallOptions {
  readonly priority: number;
  /** Milliseconds that it may run, if there is a limit. */
  readonly timeout: number | undefined;
  /** Milliseconds that it may go on after it was asked to stop. */
  readonly grace: number;
  /** Whether it is tried again, and when. */
  readonly retry?: RetryPolicy | undefined;
  /** Whether no other worker may run it once it was posted. */
  readonly isPinned?: boolean;
  /** Calls of one key run in one worker. */
  readonly key?: string | number | undefined;
}

const PLAIN: CallOptions = { priority: 0, timeout: undefined, grace: GRACE_MS };

/** The pool's end of the way to a worker, on which a call was posted. */
export interface Destination {
  readonly name: string;
  hasStarted(number: number): boolean;
}

/** A task that was submitted: the function to run, the caller that waits for it, and where it has got to. */
export class Call implements Packet {
  readonly ref: TaskRef;
  readonly mode: number;
  /** Its arguments, as a packet. It is no object of its own: of a hundred thousand calls that wait, each byte is copied by the collector. */
  text: string;
  blobs: Packet["blobs"];
  references: Packet["references"];
  readonly transferables: Packet["transferables"];
  /** Where text and blobs lie in shared memory, if they are not small: this worker's, and for its worker to read. */
  cell: Handle | undefined;
  /** About how much its arguments take. */
  readonly bytes: number;
  /** Where it was submitted; undefined while it is being submitted, and of an initializer. */
  site: Site | undefined;
  readonly options: CallOptions;
  /** Since when it waits. */
  submittedAt: number;
  /** Of a call that may be tried again. */
  readonly attempts: Attempts | undefined;
  #state: CallState = "pending";
  #ordinal = 0;
  #destination: Destination | undefined;
  #number = 0;
  #boundTo: Destination | undefined;
  #stopReason: { readonly reason: unknown } | undefined;
  #future: Promise<unknown> | undefined;
  #onSettled: ((call: Call) => void) | undefined;
  /** Ends the wait for its timeout, or for its grace. */
  #stopTimer: (() => void) | undefined;
  readonly #resolve: (value: unknown) => void;
  readonly #reject: (error: unknown) => void;

  constructor(
    ref: TaskRef,
    mode: number,
    packet: Packet,
    site: Site | undefined,
    resolve: (value: unknown) => void,
    reject: (error: unknown) => void,
    options: CallOptions = PLAIN,
    submittedAt: number = clock.now(),
  ) {
    this.ref = ref;
    this.mode = mode;
    this.text = packet.text;
    this.blobs = packet.blobs;
    this.references = packet.references;
    this.transferables = packet.transferables;
    this.bytes = sizeOfPacket(packet);
    this.site = site;
    this.options = options;
    this.submittedAt = submittedAt;
    this.attempts = options.retry && new Attempts(options.retry);
    this.#resolve = resolve;
    this.#reject = reject;
  }

  get priority(): number {
    return this.options.priority;
  }

  /** Its start is to be told of, as its time counts from there. */
  get hasTimeout(): boolean {
    return this.options.timeout !== undefined;
  }

  get state(): CallState {
    return this.#state;
  }

  /** Whether nothing can fail as it is posted. */
  get isPlain(): boolean {
    return this.transferables === undefined && isSmall(this);
  }

  get key(): string | number | undefined {
    return this.options.key;
  }

  /** Whether it is counted among the calls of its key that go to that worker. */
  isBoundTo(destination: Destination): boolean {
    return this.#boundTo === destination;
  }

  boundTo(destination: Destination): void {
    this.#boundTo = destination;
  }

  /** Whether it stays with the worker that it was posted to. */
  get isPinned(): boolean {
    return this.transferables !== undefined || this.options.isPinned === true;
  }

  /** Its place among all the calls of its pool. */
  get ordinal(): number {
    return this.#ordinal;
  }

  /** Where it was posted last, if it was not taken back. */
  get destination(): Destination | undefined {
    return this.#destination;
  }

  /** Its number there. */
  get number(): number {
    return this.#number;
  }

  /** Why it was asked to stop while it ran. */
  get stopReason(): { readonly reason: unknown } | undefined {
    return this.#stopReason;
  }

  get hasStarted(): boolean {
    return this.#destination?.hasStarted(this.#number) === true;
  }

  // ── what becomes of it ──

  queuedAs(ordinal: number): void {
    this.#ordinal = ordinal;
  }

  postedOn(destination: Destination, number: number): void {
    this.#destination = destination;
    this.#number = number;
  }

  takenBack(): void {
    this.#destination = undefined;
  }

  /** An attempt has failed, and another one will follow: no worker has it, and none of its time has passed. */
  leftForRetry(): void {
    this.stopTimer();
    this.#stopTimer = undefined;
    this.#destination = undefined;
    this.submittedAt = clock.now();
  }

  /** It was asked to stop. The first reason counts. */
  askedToStop(reason: unknown): void {
    this.#stopReason ??= { reason };
  }

  /** Its caller was given a future. */
  awaitedBy(future: Promise<unknown>): void {
    this.#future = future;
  }

  /** Calls `hear` once it is settled, before those that were added earlier. */
  whenSettled(hear: (call: Call) => void): void {
    const before = this.#onSettled;
    this.#onSettled =
      before === undefined
        ? hear
        : (call) => {
            hear(call);
            before(call);
          };
  }

  /** Its timer is replaced by one that `stop` stops. */
  limitedBy(stop: () => void): void {
    this.stopTimer();
    this.#stopTimer = stop;
  }

  get isLimited(): boolean {
    return this.#stopTimer !== undefined;
  }

  /** It does not run any more. */
  stopTimer(): void {
    this.#stopTimer?.();
  }

  /** An error from the worker that ran it, whose stack goes on to where it was submitted. */
  withRemoteOrigin(error: unknown, site = this.site): unknown {
    return graftStack(error, this.#destination?.name ?? "a worker", site);
  }

  /**
   * Makes the packet, whose blobs may be borrowed, independent of the sender's values. It goes into shared memory if `mayShare`, else into
   * a copy that goes there when the call is posted.
   */
  own(kernel: Kernel, mayShare: boolean): void {
    const { blobs } = this;
    if (blobs === undefined) return;
    if (mayShare) {
      try {
        this.pack(kernel);
      } catch (error) {
        if (this.bytes > MOST_BYTES) throw error;
        // There may be room when it is posted.
      }
    }
    if (this.cell === undefined) this.blobs = blobs.map(ownedOf);
  }

  /** Puts arguments that are not small into shared memory, once. Throws SendError if there is no room for them. */
  pack(kernel: Kernel): void {
    if (this.cell !== undefined) return;
    this.cell = cellFor(kernel, this);
    if (this.cell === undefined) return;
    this.text = "";
    this.blobs = undefined;
  }

  /** Its worker has read the arguments, or never will. Once: to say it again does no harm. */
  dispose(kernel: Kernel): void {
    const { cell } = this;
    this.cell = undefined;
    if (cell !== undefined) kernel.blobs.drop(cell);
    // Those of an initializer are every worker's.
    if (this.mode !== MODE_INITIALIZE) kernel.codec.dispose(this);
  }

  get isSettled(): boolean {
    return this.#state !== "pending";
  }

  fulfil(value: unknown): void {
    this.#settle("fulfilled");
    this.#resolve(value);
  }

  reject(error: unknown): void {
    this.#settle("rejected");
    this.#reject(error);
  }

  /** It never runs: gives back what it was to send, and rejects. The error's stack is the call's, unless the error is also others'. */
  refuse(kernel: Kernel, error: unknown, isShared = false): void {
    this.dispose(kernel);
    if (isShared) this.reject(error);
    else this.rejectWith(error);
  }

  /** Rejects with an error from the worker that ran it. */
  rejectWithIts(error: unknown): void {
    this.attempts?.tell(error);
    this.#rejectAt((site) => this.withRemoteOrigin(error, site));
  }

  /** Rejects with an error that was made here, later than its call: if it is Heddle's, its stack is the call's. */
  rejectWith(error: unknown): void {
    this.attempts?.tell(error);
    if (error instanceof HeddleError) this.#rejectAt((site) => beginAtOnce(error, site));
    else this.reject(error);
  }

  #rejectAt(make: (site: Site | undefined) => unknown): void {
    this.#settle("rejected");
    rejectAt(this.site, this.#resolve, this.#reject, make);
  }

  /** Its caller's own doing: nobody need look at the future for the error to count as handled, as with Python's futures. */
  handle(): void {
    this.#future?.catch(() => {});
  }

  cancel(reason: unknown): void {
    this.#settle("cancelled");
    this.#reject(reason);
  }

  #settle(state: CallState): void {
    this.#state = state;
    this.#onSettled?.(this);
    this.#onSettled = undefined;
  }
}

/** The causes that cancel a call. */
export interface Canceller {
  cancel(call: Call, reason: unknown): boolean;
}

export class Future<R> extends Promise<R> implements FutureContract<R> {
  #call: Call | undefined;
  #canceller: Canceller | undefined;

  /** `then` gives a plain promise: only the task itself can be cancelled. */
  static override get [Symbol.species](): PromiseConstructor {
    return Promise;
  }

  /** A future of the call that `submit` makes of its two callbacks. */
  static of<R>(
    canceller: Canceller,
    submit: (resolve: (value: unknown) => void, reject: (error: unknown) => void) => Call,
  ): Future<R> {
    let call: Call | undefined;
    const future = new Future<R>((resolve, reject) => {
      call = submit(resolve as (value: unknown) => void, reject);
    });
    future.#call = call;
    call?.awaitedBy(future);
    future.#canceller = canceller;
    return future;
  }

  /** The future of what was refused before there was a call. */
  static refused<R>(error: unknown): Future<R> {
    return new Future<R>((_resolve, reject) => reject(error));
  }

  /** Called where the class is bound. A static block would keep an unused class in every bundle. */
  static prepare(): void {
    refuseToSend(this.prototype, "a Future cannot be sent: await it and send what it gives");
    showAs(
      this.prototype,
      () => "Future",
      ({ state }) => ({ className: "Future", name: undefined, state: { state } }),
    );
    Object.defineProperty(this, "name", { value: "Future" });
  }

  get state(): FutureContract<R>["state"] {
    const call = this.#call;
    // It was refused, before there was a call to speak of.
    if (call === undefined) return "rejected";
    return call.state === "pending" && call.hasStarted ? "running" : call.state;
  }

  cancel(reason?: unknown): boolean {
    const call = this.#call;
    if (call === undefined || this.#canceller === undefined) return false;
    call.handle();
    return this.#canceller.cancel(
      call,
      reason ?? beginAtOnce(new DOMException(`${call.ref.name} was cancelled`, "AbortError"), callSite()),
    );
  }
}
