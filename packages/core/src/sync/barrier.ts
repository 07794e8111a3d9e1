import { BrokenBarrierError } from "../contracts/errors.js";
import type { Barrier as BarrierContract } from "../contracts/sync.js";
import type { SyncWaitOptions, WaitOptions } from "../contracts/wait.js";
import { checkOptions, checkSignal, checkTimeout } from "../kernel/arguments.js";
import type { Kernel } from "../kernel/kernel.js";
import { BARRIER_PARTIES, BARRIER_TIMEOUT, WAIT_QUEUE_A, WAIT_QUEUE_B, WORD } from "../kernel/layout.js";
import { refusePromise } from "../kernel/promises.js";
import { madeLater, siteOfCall } from "../kernel/sites.js";
import { type Gate, type Next, remainingOf, Wait, type WaitLimits, waitAt } from "../kernel/waiting.js";
import { type Act, Action } from "./action.js";
import { type Arrival, BROKEN, RETRY_NEXT_ROUND, Round } from "./round.js";
import { SharedObject } from "./shared-object.js";

type NamedGate<T> = Gate<T> & { label: string };

/** A party's way through a {@link Round}: it comes and waits, or comes last, runs the action and lets the others go. */
export class Barrier extends SharedObject implements BarrierContract {
  readonly #round: Round;
  readonly #action: Action;
  readonly #roundGate: NamedGate<Arrival>;
  readonly #nextRoundGate: NamedGate<true>;

  constructor(kernel: Kernel, cell: number, action?: Act) {
    super(kernel, cell, "Barrier");
    const { waiters } = kernel;
    const round = new Round(kernel, cell);
    this.#round = round;
    this.#action = new Action(kernel, cell, action);
    // A grant is of one round: another wait of this worker's may be there for the next.
    const common = { object: this, cell, label: this.label, isPerWait: true } satisfies Partial<Gate<unknown>>;
    this.#roundGate = {
      ...common,
      queue: WAIT_QUEUE_A,
      claim: () => round.arrive(!this.#action.isNone),
      redeem(node) {
        const index = waiters.outcomeOf(node);
        waiters.acknowledge(node);
        return index;
      },
    };
    this.#nextRoundGate = {
      ...common,
      queue: WAIT_QUEUE_B,
      claim: () => round.isOpen() || undefined,
      redeem(node) {
        waiters.acknowledge(node);
        return true;
      },
    };
  }

  override nameIt(label: string): void {
    super.nameIt(label);
    this.#roundGate.label = label;
    this.#nextRoundGate.label = label;
  }

  async wait(options?: WaitOptions): Promise<number> {
    const site = siteOfCall();
    try {
      return await this.#wait(options);
    } catch (error) {
      throw error instanceof BrokenBarrierError ? madeLater(error, site) : error;
    }
  }

  async #wait(options: WaitOptions | undefined): Promise<number> {
    const rest = remainingOf({
      timeout: this.#timeoutOf(options, ["timeout", "signal"]),
      signal: checkSignal(options?.signal),
    });
    this.#breakIfAborted(rest());
    const loading = this.#action.load();
    if (loading !== undefined) await loading.catch((error) => this.#abandon(error));
    const act = this.#actHere();
    const next = this.#arrive(rest);
    return this.#complete(next instanceof Wait ? await this.kernel.parking.await(next) : next, act);
  }

  waitSync(options?: SyncWaitOptions): number {
    const rest = remainingOf({ timeout: this.#timeoutOf(options, ["timeout"]) });
    const act = this.#actHere();
    const next = this.#arrive(rest);
    return this.#completeSync(next instanceof Wait ? this.kernel.parking.block(next) : next, act);
  }

  reset(): void {
    this.inSection(() => this.#round.reset());
  }

  abort(): void {
    this.inSection(() => this.#round.break());
  }

  protected override state(): Readonly<Record<string, unknown>> {
    return { parties: this.parties, waiting: this.waiting, broken: this.broken };
  }

  get parties(): number {
    return this.kernel.region.i32[this.cell + BARRIER_PARTIES] as number;
  }

  get waiting(): number {
    return this.#round.waiting;
  }

  get broken(): boolean {
    return this.#round.isBroken;
  }

  /** Comes to the barrier. Gives the outcome once the others are there, too, or {@link BROKEN} if they are not in time. */
  #arrive(rest: () => WaitLimits): Next<Arrival> {
    const limits = rest();
    this.#breakIfAborted(limits);
    if (limits.timeout <= 0) return this.#arrived(this.#arriveInPassing(), rest);
    return waitAt(this.#roundGate, limits, (turn = BROKEN) => this.#arrived(turn, rest));
  }

  /** A party that comes while the action of the round before runs comes again after it. */
  #arrived(turn: Arrival, rest: () => WaitLimits): Next<Arrival> {
    return turn === RETRY_NEXT_ROUND ? waitAt(this.#nextRoundGate, rest(), () => this.#arrive(rest)) : turn;
  }

  #arriveInPassing(): Arrival {
    return this.inSection(() => this.#round.arriveInPassing(!this.#action.isNone));
  }

  async #complete(turn: Arrival, act: Act | undefined): Promise<number> {
    if (typeof turn === "number") return this.#indexOf(turn);
    try {
      await act?.();
    } catch (error) {
      this.inSection(() => this.#round.fail(turn));
      throw error;
    }
    return this.#indexOf(this.inSection(() => this.#round.finish(turn)));
  }

  #completeSync(turn: Arrival, act: Act | undefined): number {
    if (typeof turn === "number") return this.#indexOf(turn);
    try {
      refusePromise(act?.(), `${this.label}: its action`);
    } catch (error) {
      this.inSection(() => this.#round.fail(turn));
      throw error;
    }
    return this.#indexOf(this.inSection(() => this.#round.finish(turn)));
  }

  #indexOf(turn: number): number {
    if (turn === BROKEN) {
      throw new BrokenBarrierError(
        `${this.label} is broken: not all of its ${this.parties} parties came in time, one of them gave up or died, ` +
          "its action failed, or it was aborted or reset",
      );
    }
    return turn;
  }

  #actHere(): Act | undefined {
    if (this.#action.isNone) return undefined;
    try {
      return this.#action.get(this.label);
    } catch (error) {
      return this.#abandon(error);
    }
  }

  #breakIfAborted({ signal }: WaitLimits): void {
    if (signal?.aborted) this.#abandon(signal.reason);
  }

  /** A party that will not come: the others must not wait for it. */
  #abandon(reason: unknown): never {
    this.inSection(() => this.#round.giveUp());
    throw reason;
  }

  #timeoutOf(options: WaitOptions | undefined, names: readonly string[]): number {
    checkOptions(options, "A barrier's wait", names);
    if (options?.timeout !== undefined) return checkTimeout(options.timeout);
    const [ms = Number.POSITIVE_INFINITY] = new Float64Array(
      this.kernel.region.memory.buffer,
      (this.cell + BARRIER_TIMEOUT) * WORD,
      1,
    );
    return ms;
  }
}
