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
  LINE_A,
  LINE_B,
  NODE_FREE,
  NODE_LINE,
  NODE_STATE,
  OUTCOME_GRANTED,
} from "../kernel/layout.js";

/** What an arrival comes to: the party's index, or one of these. */
export const BROKEN = -1;
/** The action of a complete round is running: come again when the next round begins. */
export const COME_AGAIN = -2;
/** The last to come runs the action; which run it is tells whether the round is still the same afterwards. */
export interface Acts {
  readonly act: number;
}
export type Turn = number | Acts;

/**
 * The rounds of a barrier, under its latch (all but the getters). Parties of the round wait in line A, in the order of
 * arrival; while the action runs nobody joins them: who comes then waits on the doorstep, line B, for the next round.
 * So a round's parties are let go all at once, and none of the next is ever among them.
 *
 * Letting go, and sending away, takes a step for each party. Its worker may die in between: then whoever comes next
 * carries on, in {@link #settle}.
 *
 * The state changes only under the latch. `broken` is read without it.
 *
 * | state | changes to | when |
 * |---|---|---|
 * | OPEN | ACTING, RELEASING | the last party comes, with an action or without one |
 * | ACTING | ACTING_LAST | a party of the next round gives up |
 * | ACTING, ACTING_LAST | RELEASING, RELEASING_LAST | the action has run |
 * | RELEASING, RESETTING | OPEN | the last party of line A was granted |
 * | RELEASING_LAST | BROKEN | likewise |
 * | any | RESETTING | a reset |
 * | any | BROKEN | an abort; the action fails, or its worker dies; a party of an OPEN round gives up or dies |
 *
 * `BARRIER_WAITING` counts line A of a round that is open or acting, in the commits that change the line; `BARRIER_NEXT` the parties let go
 * so far, in that of each grant. `BARRIER_ACTOR` and `BARRIER_ACT` change with the state, to ACTING. The others are constant.
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
  arrive(hasAction: boolean): Turn | undefined {
    this.#settle();
    const state = this.#read(BARRIER_STATE);
    if (isLost(state)) return BROKEN;
    if (state === BARRIER_ACTING) return COME_AGAIN;
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
    this.#letGo();
    return index;
  }

  /** A party has come that will not wait: if it is not the last, the round is over. */
  arriveInPassing(hasAction: boolean): Turn {
    const turn = this.arrive(hasAction);
    if (turn !== undefined && turn !== COME_AGAIN) return turn;
    this.giveUp();
    return BROKEN;
  }

  /** Whether a party that comes now need not wait for the end of a round that is not its own. */
  isOpen(): boolean {
    this.#settle();
    return this.#read(BARRIER_STATE) !== BARRIER_ACTING;
  }

  /** Whether all parties of the round have come, and wait for nothing but its action. */
  get isComplete(): boolean {
    return isActing(this.#read(BARRIER_STATE));
  }

  /** The action has run: lets the parties go, and gives the actor's index, or {@link BROKEN} if its round is no more. */
  finish({ act }: Acts): number {
    if (!this.#isRunning(act)) return BROKEN;
    this.#letGo();
    return this.#read(BARRIER_PARTIES) - 1;
  }

  /** The action has failed. */
  fail({ act }: Acts): void {
    if (this.#isRunning(act)) this.break();
  }

  /** Sends who waits away, and everybody who comes until a reset. */
  break(): void {
    this.#settle();
    this.#write(BARRIER_STATE, BARRIER_BROKEN);
    this.#settle();
  }

  /** A party that is not of a complete round will not come: the others of its round must not wait for it. */
  giveUp(): void {
    this.#settle();
    this.#write(BARRIER_STATE, this.isComplete ? BARRIER_ACTING_LAST : BARRIER_BROKEN);
    this.#settle();
  }

  /** A wait in `line` is over and was not granted. In line A of a complete round, the party had come, and that is all it had to do. */
  left(line: number): void {
    this.#settle();
    if (line === LINE_B || !this.isComplete) this.giveUp();
  }

  /** Sends who waits away, and begins anew. */
  reset(): void {
    this.#settle();
    this.#write(BARRIER_STATE, BARRIER_RESETTING);
    this.#settle();
  }

  /** A party will not hear of its grant. From the line it went with its round; on the doorstep it was still to come. */
  handOn(node: number): void {
    const { section } = this.#kernel;
    section.write(node + NODE_STATE, NODE_FREE);
    if (section.read(node + NODE_LINE) === LINE_B) this.giveUp();
  }

  /** `owner` has died. If it ran the action, nobody knows how far that came. */
  bury(owner: number): void {
    this.#settle();
    if (this.isComplete && this.#read(BARRIER_ACTOR) === owner) this.break();
  }

  #letGo(): void {
    const isLast = this.#read(BARRIER_STATE) === BARRIER_ACTING_LAST;
    this.#write(BARRIER_STATE, isLast ? BARRIER_RELEASING_LAST : BARRIER_RELEASING);
    this.#write(BARRIER_NEXT, 0);
    this.#settle();
  }

  #settle(): void {
    const { section, waiters } = this.#kernel;
    const state = this.#read(BARRIER_STATE);
    if (state !== BARRIER_OPEN && !isActing(state)) {
      const isThrough = state === BARRIER_RELEASING || state === BARRIER_RELEASING_LAST;
      for (let party = waiters.first(this.#cell, LINE_A); party !== 0; party = waiters.first(this.#cell, LINE_A)) {
        waiters.grant(party, isThrough ? this.#nextIndex() : BROKEN);
        section.commit();
      }
      this.#write(BARRIER_WAITING, 0);
      this.#write(BARRIER_STATE, isLost(state) ? BARRIER_BROKEN : BARRIER_OPEN);
      section.commit();
    }
    if (state === BARRIER_ACTING) return;
    for (let party = waiters.first(this.#cell, LINE_B); party !== 0; party = waiters.first(this.#cell, LINE_B)) {
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
