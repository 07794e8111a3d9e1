import type { Kernel } from "../kernel/kernel.js";
import {
  BARRIER_ACT,
  BARRIER_ACTING,
  BARRIER_ACTING_LAST,
  BARRIER_ACTOR,
  BARRIER_BROKEN,
  BARRIER_NEXT,
  BARRIER_OPEN,
  BARRIER_PARTIES,
  BARRIER_RELEASING,
  BARRIER_RELEASING_LAST,
  BARRIER_RESETTING,
  BARRIER_STATE,
  BARRIER_WAITING,
  NODE_FREE,
  NODE_STATE,
  NODE_WAIT_QUEUE,
  OUTCOME_GRANTED,
  WAIT_QUEUE_A,
  WAIT_QUEUE_B,
} from "../kernel/layout.js";

/** The result of an arrival: the party's index, or one of these. */
export const BROKEN = -1;
/** The action of a complete round is running: come again when the next round begins. */
export const RETRY_NEXT_ROUND = -2;
/** The last to come runs the action; which run it is tells whether the round is still the same afterwards. */
export interface Acts {
  readonly act: number;
}
export type Arrival = number | Acts;

/**
 * The rounds of a barrier, under its latch (all but the getters). Parties of the round wait in wait queue A, in the order of
 * arrival. While the action runs nobody joins them: a party that comes then waits in wait queue B for the next round.
 * So a round's parties are let go all at once, and none of the next is ever among them.
 *
 * Letting go, and sending away, takes a step for each party. Its worker may die in between: then the next party
 * carries on, in {@link #advance}.
 *
 * The state changes only under the latch. `broken` is read without it.
 *
 * | `BARRIER_STATE` | changes to | when |
 * |---|---|---|
 * | OPEN | ACTING, RELEASING | the last party comes, with an action or without one |
 * | ACTING | ACTING_LAST | a party of the next round gives up |
 * | ACTING, ACTING_LAST | RELEASING, RELEASING_LAST | the action has run |
 * | RELEASING, RESETTING | OPEN | the last party of wait queue A was granted |
 * | RELEASING_LAST | BROKEN | likewise |
 * | any | RESETTING | a reset |
 * | any | BROKEN | an abort; the action fails, or its worker dies; a party of an OPEN round gives up or dies |
 *
 * | word | state | changed by, under the latch | to |
 * |---|---|---|---|
 * | `BARRIER_WAITING` | parties of an open or acting round in wait queue A | the commits that change that queue | one more, less |
 * | `BARRIER_NEXT` | parties let go so far | the commit of each grant | one more |
 * | `BARRIER_ACTOR`, `BARRIER_ACT` | the last that ran the action, and which run | the last party, in the commit to ACTING | its slot + 1; one more |
 * | `BARRIER_PARTIES`, `BARRIER_TIMEOUT` | the arguments | the maker, before anybody else knows the cell | constant |
 */
export class Round {
  readonly #kernel: Kernel;
  readonly #cell: number;

  constructor(kernel: Kernel, cell: number) {
    this.#kernel = kernel;
    this.#cell = cell;
  }

  get waiting(): number {
    return Atomics.load(this.#kernel.region.i32, this.#cell + BARRIER_WAITING);
  }

  get isBroken(): boolean {
    return isLost(Atomics.load(this.#kernel.region.i32, this.#cell + BARRIER_STATE));
  }

  /** A party has come; undefined if it is not the last, and counts as waiting from now on. */
  arrive(hasAction: boolean): Arrival | undefined {
    this.#advance();
    const state = this.#read(BARRIER_STATE);
    if (isLost(state)) return BROKEN;
    if (state === BARRIER_ACTING) return RETRY_NEXT_ROUND;
    const index = this.#read(BARRIER_WAITING);
    const isLast = index + 1 === this.#read(BARRIER_PARTIES);
    if (!isLast) {
      this.#write(BARRIER_WAITING, index + 1);
      return undefined;
    }
    if (hasAction) {
      const act = (this.#read(BARRIER_ACT) + 1) | 0;
      this.#write(BARRIER_STATE, BARRIER_ACTING);
      this.#write(BARRIER_ACTOR, this.#kernel.me);
      this.#write(BARRIER_ACT, act);
      return { act };
    }
    this.#release();
    return index;
  }

  /** A party has come that will not wait: if it is not the last, the round is over. */
  arriveInPassing(hasAction: boolean): Arrival {
    const turn = this.arrive(hasAction);
    if (turn !== undefined && turn !== RETRY_NEXT_ROUND) return turn;
    this.giveUp();
    return BROKEN;
  }

  /** Whether a party that comes now need not wait for the end of a round that is not its own. */
  isOpen(): boolean {
    this.#advance();
    return this.#read(BARRIER_STATE) !== BARRIER_ACTING;
  }

  /** Whether all parties of the round have come, and wait for nothing but its action. */
  get isComplete(): boolean {
    return isActing(this.#read(BARRIER_STATE));
  }

  /** The action has run: lets the parties go, and gives the actor's index, or {@link BROKEN} if its round is no more. */
  finish({ act }: Acts): number {
    if (!this.#isRunning(act)) return BROKEN;
    this.#release();
    return this.#read(BARRIER_PARTIES) - 1;
  }

  /** The action has failed. */
  fail({ act }: Acts): void {
    if (this.#isRunning(act)) this.break();
  }

  /** Sends all waiting parties away, and all that come until a reset. */
  break(): void {
    this.#advance();
    this.#write(BARRIER_STATE, BARRIER_BROKEN);
    this.#advance();
  }

  /** A party that is not of a complete round will not come: the others of its round must not wait for it. */
  giveUp(): void {
    this.#advance();
    this.#write(BARRIER_STATE, this.isComplete ? BARRIER_ACTING_LAST : BARRIER_BROKEN);
    this.#advance();
  }

  /** A wait in that queue was cancelled. In queue A of a complete round, the party had come, and that is all it had to do. */
  onCancel(waitQueue: number): void {
    this.#advance();
    if (waitQueue === WAIT_QUEUE_B || !this.isComplete) this.giveUp();
  }

  /** Sends all waiting parties away, and begins anew. */
  reset(): void {
    this.#advance();
    this.#write(BARRIER_STATE, BARRIER_RESETTING);
    this.#advance();
  }

  /** A party will not redeem its grant. In queue A it went with its round; in queue B it was still to come. */
  passGrant(node: number): void {
    const { section } = this.#kernel;
    section.write(node + NODE_STATE, NODE_FREE);
    if (section.read(node + NODE_WAIT_QUEUE) === WAIT_QUEUE_B) this.giveUp();
  }

  /** `owner` has died. If it ran the action, nobody knows how far that came. */
  onOwnerDeath(owner: number): void {
    this.#advance();
    if (this.isComplete && this.#read(BARRIER_ACTOR) === owner) this.break();
  }

  #release(): void {
    const isLast = this.#read(BARRIER_STATE) === BARRIER_ACTING_LAST;
    this.#write(BARRIER_STATE, isLast ? BARRIER_RELEASING_LAST : BARRIER_RELEASING);
    this.#write(BARRIER_NEXT, 0);
    this.#advance();
  }

  #advance(): void {
    const { section, waiters } = this.#kernel;
    const state = this.#read(BARRIER_STATE);
    if (state !== BARRIER_OPEN && !isActing(state)) {
      const isThrough = state === BARRIER_RELEASING || state === BARRIER_RELEASING_LAST;
      for (
        let party = waiters.first(this.#cell, WAIT_QUEUE_A);
        party !== 0;
        party = waiters.first(this.#cell, WAIT_QUEUE_A)
      ) {
        waiters.grant(party, isThrough ? this.#nextIndex() : BROKEN);
        section.commit();
      }
      this.#write(BARRIER_WAITING, 0);
      this.#write(BARRIER_STATE, isLost(state) ? BARRIER_BROKEN : BARRIER_OPEN);
      section.commit();
    }
    if (state === BARRIER_ACTING) return;
    for (
      let party = waiters.first(this.#cell, WAIT_QUEUE_B);
      party !== 0;
      party = waiters.first(this.#cell, WAIT_QUEUE_B)
    ) {
      waiters.grant(party, OUTCOME_GRANTED);
      section.commit();
    }
  }

  #nextIndex(): number {
    const index = this.#read(BARRIER_NEXT);
    this.#write(BARRIER_NEXT, index + 1);
    return index;
  }

  #isRunning(act: number): boolean {
    return this.isComplete && this.#read(BARRIER_ACT) === act;
  }

  #read(word: number): number {
    return this.#kernel.section.read(this.#cell + word);
  }

  #write(word: number, value: number): void {
    this.#kernel.section.write(this.#cell + word, value);
  }
}

const isActing = (state: number): boolean => state === BARRIER_ACTING || state === BARRIER_ACTING_LAST;

/** Whether who comes now does not get through. */
const isLost = (state: number): boolean =>
  state === BARRIER_BROKEN || state === BARRIER_ACTING_LAST || state === BARRIER_RELEASING_LAST;
