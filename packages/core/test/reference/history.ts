import assert from "node:assert/strict";
import fc from "fast-check";
import { Call, followUp, type Outcome, turn } from "./model.js";
import { SteppedBackend, type Thread } from "./stepped-backend.js";
import { type Described, type Operation, outcomeOf, type Subject } from "./subject.js";
import { virtual } from "./virtual.js";

const THREADS = 3;

/** One thing that happens. Where it cannot, it is left out; so whatever is taken from a history leaves another one. */
export type Step =
  | { readonly do: "call"; readonly thread: number; readonly operation: number; readonly limits: Limits }
  /** A thread that was rung for gets its turn. */
  | { readonly do: "wake"; readonly thread: number }
  /** A thread's first timeout passes. */
  | { readonly do: "time"; readonly thread: number }
  /** One of the calls under way that have a signal is aborted. */
  | { readonly do: "abort"; readonly call: number }
  | { readonly do: "die"; readonly thread: number };

type Limits = "for ever" | "abortable" | number;

const thread = fc.nat(THREADS - 1);
const limits = fc.oneof(
  { weight: 2, arbitrary: fc.constant<Limits>("for ever") },
  { weight: 1, arbitrary: fc.constant<Limits>("abortable") },
  { weight: 2, arbitrary: fc.integer({ min: 0, max: 3 }) as fc.Arbitrary<Limits> },
);

export const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    {
      weight: 12,
      arbitrary: fc.record({ do: fc.constant("call" as const), thread, operation: fc.nat(63), limits }),
    },
    { weight: 6, arbitrary: fc.record({ do: fc.constant("wake" as const), thread }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant("time" as const), thread }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant("abort" as const), call: fc.nat(7) }) },
    {
      weight: 1,
      arbitrary: fc.record({ do: fc.constant("die" as const), thread: fc.integer({ min: 1, max: THREADS - 1 }) }),
    },
  ),
  { maxLength: 40, size: "max" },
);

/** A call as it is, beside the {@link Call} that it should be. */
interface Pair {
  readonly real: { outcome: Outcome | undefined };
  readonly model: Call;
  readonly abort: AbortController | undefined;
}

/** The same history told twice: by Heddle's kernel on the reference adapter, and by a plain model. */
export class History<Real extends object, Model extends Described> {
  readonly #subject: Subject<Real, Model>;
  readonly #backend = new SteppedBackend(THREADS);
  readonly #threads: Thread[] = [...this.#backend.threads];
  readonly #objects: Real[];
  readonly #model: Model;
  #underWay: Pair[] = [];
  #calls = 0;

  constructor(subject: Subject<Real, Model>, size: number) {
    this.#subject = subject;
    this.#model = subject.describe(size);
    const object = subject.make(this.#backend.main.surface, size);
    this.#objects = this.#threads.map((thread) =>
      thread === this.#backend.main ? object : this.#backend.share(object, thread),
    );
  }

  async run(history: readonly Step[]): Promise<void> {
    for (const step of history) {
      await this.#run(step);
      this.#compare();
    }
    // To its end: nobody who was granted something may be left asleep.
    for (let n = this.#threads.findIndex(mayWake); n !== -1; n = this.#threads.findIndex(mayWake)) {
      await this.#wake(n);
      this.#compare();
    }
  }

  async #run(step: Step): Promise<void> {
    switch (step.do) {
      case "call":
        return this.#call(step.thread, step.operation, step.limits);
      case "wake":
        return this.#wake(step.thread);
      case "time":
        return this.#time(step.thread);
      case "abort":
        return this.#abort(step.call);
      case "die":
        return this.#die(step.thread);
    }
  }

  async #call(n: number, choice: number, limits: Limits): Promise<void> {
    const { operations } = this.#subject;
    const operation = operations[choice % operations.length] as Operation<Real, Model>;
    if (operation.may?.(this.#model, n) === false) return;
    const item = this.#calls++;
    const timeout = typeof limits === "number" ? limits : Number.POSITIVE_INFINITY;
    const model = new Call(n, operation.name, timeout);
    const abort = limits === "abortable" ? new AbortController() : undefined;
    const pair: Pair = { real: { outcome: undefined }, model, abort };
    this.#underWay.push(pair);
    const object = this.#objects[n] as Real;
    await this.#step(n, () => {
      const options = { timeout, ...(abort && { signal: abort.signal }) };
      return outcomeOf(() => operation.real(object, options, item)).then((outcome) => {
        pair.real.outcome = outcome;
      });
    });
    operation.model(this.#model, model, item);
    if (model.isWaiting) {
      model.mayAbort = abort !== undefined;
      model.due = virtual.now + timeout;
      if (timeout === 0) model.timeOut();
    }
    this.#followUp(n);
  }

  /** A thread that has granted its own calls something goes on with them in the same turn, and with whatever else it was granted. */
  #followUp(n: number): void {
    followUp();
    for (let calls = this.#callsOf(n); calls.some(({ isGrantedHere }) => isGrantedHere); calls = this.#callsOf(n)) {
      this.#redeem(calls);
      followUp();
    }
  }

  #redeem(calls: readonly Call[]): void {
    const granted = calls.filter(({ isGranted }) => isGranted);
    for (const call of granted.sort((a, b) => a.serial - b.serial)) call.redeem();
  }

  async #wake(n: number): Promise<void> {
    const thread = this.#threads[n] as Thread;
    if (!thread.mayWake) return;
    await this.#step(n, () => thread.wake());
    this.#redeem(this.#callsOf(n));
    this.#followUp(n);
  }

  async #time(n: number): Promise<void> {
    const thread = this.#threads[n] as Thread;
    if (!thread.mayTimeOut) return;
    await this.#step(n, () => thread.timers.runFirst());
    const [first] = this.#callsOf(n).sort((a, b) => a.due - b.due || a.serial - b.serial);
    first?.timeOut();
    this.#followUp(n);
  }

  async #abort(choice: number): Promise<void> {
    const abortable = this.#underWay.filter(({ model }) => model.mayAbort);
    const pair = abortable[choice % abortable.length];
    if (pair === undefined) return;
    await this.#step(pair.model.thread, () => pair.abort?.abort());
    pair.model.abort();
    this.#followUp(pair.model.thread);
  }

  async #die(n: number): Promise<void> {
    turn.thread = 0;
    await this.#backend.recover(this.#threads[n] as Thread);
    const calls = this.#callsOf(n).filter(({ isWaiting }) => isWaiting);
    // Its waits leave their lines before its grants are handed on, or it would inherit from itself.
    for (const call of calls.filter(({ isGranted }) => !isGranted)) call.giveUp();
    for (const call of calls.filter(({ isGranted }) => isGranted)) call.giveUp();
    this.#model.onOwnerDeath(n);
    this.#followUp(turn.thread);
    this.#underWay = this.#underWay.filter(({ model }) => model.thread !== n);
    // Another takes its place, and its slot.
    const heir = this.#backend.start();
    this.#threads[n] = heir;
    this.#objects[n] = this.#backend.share(this.#objects[0] as Real, heir);
  }

  #step(n: number, act: () => unknown): Promise<void> {
    turn.thread = n;
    return this.#backend.step(this.#threads[n] as Thread, act);
  }

  #callsOf(n: number): Call[] {
    return this.#underWay.map(({ model }) => model).filter(({ thread }) => thread === n);
  }

  #compare(): void {
    for (const { real, model } of this.#underWay) {
      assert.deepEqual(real.outcome, model.outcome, `the outcome of ${model.name} of thread ${model.thread}`);
      const mustWake = model.isGranted && !this.#threads[model.thread]?.mayWake;
      assert.equal(
        mustWake,
        false,
        `${model.name} of thread ${model.thread} was granted, and its thread is not rung for`,
      );
    }
    this.#underWay = this.#underWay.filter(({ real }) => real.outcome === undefined);
    const { kernel } = this.#backend.main;
    const seen = this.#subject.look(this.#objects[0] as Real, (object) => kernel.waiting(object));
    assert.deepEqual(seen, this.#model.look(), "the visible state of the object");
  }
}

const mayWake = (thread: Thread): boolean => thread.mayWake;
