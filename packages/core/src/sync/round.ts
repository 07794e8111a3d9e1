import type { Kernel } from "../kernel/kernel.js";
import {
  BARRIER_ACT,
  BARRIER_ACTING,
  BARRIER_ACTOR,
  BARRIER_BROKEN,
  BARRIER_NEXT,
  BARRIER_OPEN,
  BARRIER_PARTIES,
  BARRIER_RELEASING,
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
    return Atomics.load(this.#kernel.region.i32, this.#cell + BARRIER_STATE) === BARRIER_BROKEN;
  }

  /** A party has come; undefined if it is not the last, and counts as waiting from now on. */
  arrive(hasAction: boolean): Turn | undefined {
    this.#settle();
    const state = this.#read(BARRIER_STATE);
    if (state === BARRIER_BROKEN) return BROKEN;
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
    this.break();
    return BROKEN;
  }

  /** Whether a party that comes now is one of the round's. */
  isOpen(): boolean {
    this.#settle();
    return this.#read(BARRIER_STATE) !== BARRIER_ACTING;
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
    this.#write(BARRIER_STATE, BARRIER_BROKEN);
    this.#settle();
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
    if (section.read(node + NODE_LINE) === LINE_B) this.break();
  }

  /** `owner` has died. If it ran the action, nobody knows how far that came. */
  bury(owner: number): void {
    this.#settle();
    if (this.#read(BARRIER_STATE) === BARRIER_ACTING && this.#read(BARRIER_ACTOR) === owner) this.break();
  }

  #letGo(): void {
    this.#write(BARRIER_STATE, BARRIER_RELEASING);
    this.#write(BARRIER_NEXT, 0);
    this.#settle();
  }

  #settle(): void {
    const { section, waiters } = this.#kernel;
    const state = this.#read(BARRIER_STATE);
    if (state !== BARRIER_OPEN && state !== BARRIER_ACTING) {
      for (let party = waiters.first(this.#cell, LINE_A); party !== 0; party = waiters.first(this.#cell, LINE_A)) {
        waiters.grant(party, state === BARRIER_RELEASING ? this.#nextIndex() : BROKEN);
        section.commit();
      }
      this.#write(BARRIER_WAITING, 0);
      if (state !== BARRIER_BROKEN) this.#write(BARRIER_STATE, BARRIER_OPEN);
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
    return this.#read(BARRIER_STATE) === BARRIER_ACTING && this.#read(BARRIER_ACT) === act;
  }

  #read(word: number): number {
    return this.#kernel.section.read(this.#cell + word);
  }

  #write(word: number, value: number): void {
    this.#kernel.section.write(this.#cell + word, value);
  }
}
