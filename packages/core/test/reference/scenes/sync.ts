import assert from "node:assert/strict";
import { BrokenBarrierError } from "../../../src/contracts/errors.js";
import type { Barrier, Condition, Event, Guard, RWLock } from "../../../src/contracts/sync.js";
import type { Operation } from "../paused.js";
import { Scene } from "../scene.js";
import { virtual } from "../virtual.js";

/** Two wait for an event, a third comes; others set and clear it. */
export class EventScene extends Scene {
  readonly operations: Readonly<Record<string, Operation>>;
  readonly #events: Event[];

  constructor() {
    super();
    const [event, first, second, third] = this.share(new this.main.surface.Event());
    this.#events = [event];
    this.wait(first.wait({ signal: this.signal(1), timeout: 50 }));
    this.wait(second.wait());
    this.operations = {
      set: this.by(0, () => event.set()),
      "another wait": this.by(2, () => this.wait(second.wait({ timeout: 100 }))),
      "a wait": this.by(3, () => this.wait(third.wait({ signal: this.signal(3) }))),
      "set by another": this.by(3, () => third.set()),
      clear: this.by(3, () => third.clear()),
      ...this.waiting(1, "who waits"),
    };
  }

  override check(): void {
    const [event] = this.#events as [Event];
    if (event.isSet) assert.equal(this.pending, 0, "an event that is set has nobody wait");
  }

  async finish(): Promise<void> {
    const [event] = this.#events as [Event];
    event.set();
    await this.settle();
    assert.ok(event.isSet);
  }
}

/** A guard, and through which worker's object it came. */
type Held = readonly [RWLock, Guard];

/** Longer than the first in a queue is woken in vain. */
const OVERDUE_MS = 2;

/** A writer or two readers have it, others wait to write and to read, and one comes. The first that waits may have been woken in vain for too long. */
export class RWLockScene extends Scene {
  readonly operations: Readonly<Record<string, Operation>>;
  readonly #lock: RWLock;
  readonly #reading: Held[] = [];
  readonly #writing: Held[] = [];

  constructor(isWritten: boolean, { fair = false, overdue = false } = {}) {
    super();
    const [lock, first, second, third] = this.share(new this.main.surface.RWLock({ fair }));
    this.#lock = lock;
    if (isWritten) this.#writing.push([lock, lock.holdWriteSync()]);
    else this.#reading.push([lock, lock.holdReadSync()], [third, third.holdReadSync()]);
    const read = (by: RWLock) => (guard: Guard) => this.#enter(this.#reading, [by, guard]);
    const write = (by: RWLock) => (guard: Guard) => this.#enter(this.#writing, [by, guard]);
    const isLate = (error: unknown): boolean => (error as Error).name === "TimeoutError";
    const own = { signal: this.signal(1), timeout: 50 };
    if (isWritten) this.wait(first.holdRead(own), read(first), isLate);
    else this.wait(first.holdWrite(own), write(first), isLate);
    this.wait(isWritten ? second.holdWrite() : second.holdRead(), isWritten ? write(second) : read(second));
    for (let n = 0; overdue && n < 2; n++, virtual.now += OVERDUE_MS) {
      while (this.#reading.length + this.#writing.length > 0) this.#release();
      this.#writing.push([lock, lock.holdWriteSync()]);
      this.threads[1].wake();
      this.threads[2].wake();
    }
    this.operations = {
      release: this.by(0, () => this.#release(lock)),
      "another release": this.by(3, () => this.#release(third)),
      "a read": this.by(3, () => this.wait(third.holdRead(), read(third))),
      "a write": this.by(3, () => this.wait(third.holdWrite(), write(third))),
      "a read at once": this.by(3, () => this.#try(() => read(third)(third.holdReadSync({ timeout: 0 })), isLate)),
      "a write at once": this.by(2, () => this.#try(() => write(second)(second.holdWriteSync({ timeout: 0 })), isLate)),
      "another wakes": this.by(2, () => this.threads[2].wake()),
      ...this.waiting(1, "who waits"),
    };
  }

  #try(act: () => void, isExpected: (error: unknown) => boolean): void {
    try {
      act();
    } catch (error) {
      if (!isExpected(error)) throw error;
    }
  }

  /** Gives back what a worker has, or anybody has. */
  #release(by?: RWLock): void {
    for (const held of [this.#writing, this.#reading]) {
      const at = held.findIndex(([lock]) => by === undefined || lock === by);
      // It is nobody's from the moment that its release begins.
      const [found] = at === -1 ? [] : held.splice(at, 1);
      if (found !== undefined) {
        found[1].release();
        return;
      }
    }
  }

  #enter(guards: Held[], held: Held): void {
    guards.push(held);
    assert.ok(
      this.#writing.length === 0 || this.#writing.length + this.#reading.length === 1,
      "one writes, or some read",
    );
  }

  override check(): void {
    assert.equal(this.#lock.readers, this.#reading.length);
    if (this.pending > 0)
      assert.ok(this.#reading.length + this.#writing.length > 0, "nobody waits for what nobody has");
  }

  async finish(): Promise<void> {
    for (let turn = 0; turn < 100 && this.#writing.length + this.#reading.length > 0; turn++) {
      this.#release();
      await this.settle();
    }
    this.#lock.holdWriteSync({ timeout: 0 }).release();
  }
}

/** Two wait at a condition whose lock another has. */
export class ConditionScene extends Scene {
  readonly operations: Readonly<Record<string, Operation>>;
  readonly #conditions: Condition[];
  readonly #holders: Condition[] = [];
  readonly #isReentrant: boolean;
  #notified = 0;
  #woken = 0;
  #waits = 0;

  constructor(isReentrant: boolean) {
    super();
    this.#isReentrant = isReentrant;
    const { surface } = this.main;
    const lock = this.keep(isReentrant ? new surface.RLock() : new surface.Lock());
    const conditions = this.share(new surface.Condition(lock));
    this.#conditions = conditions;
    for (const { lock } of conditions) this.keep(lock);
    const [condition, first, second, third] = conditions;
    first.lock.tryAcquire();
    this.#wait(first, { signal: this.signal(1), timeout: 50 });
    second.lock.tryAcquire();
    this.#wait(second, {});
    condition.lock.tryAcquire();
    this.#holders.push(condition);
    this.operations = {
      notify: this.by(0, () => this.#notify(condition, 1)),
      notifyAll: this.by(0, () => this.#notify(condition, 2)),
      release: this.by(0, () => this.#release(condition)),
      "notify and release": this.by(0, () => {
        this.#notify(condition, 1);
        this.#release(condition);
      }),
      acquire: this.by(3, () => this.#acquire(third)),
      "another wakes": this.by(2, () => this.threads[2].wake()),
      ...this.waiting(1, "who waits"),
    };
  }

  #wait(condition: Condition, options: { signal?: AbortSignal; timeout?: number }): void {
    this.#waits++;
    const enter = (): void => {
      this.#waits--;
      this.#enter(condition);
    };
    this.wait(
      condition.wait(options).then(
        (isWoken) => {
          if (isWoken) this.#woken++;
          enter();
        },
        (error) => {
          enter();
          throw error;
        },
      ),
    );
  }

  #acquire(condition: Condition): void {
    this.wait(condition.lock.acquire(), () => this.#enter(condition));
  }

  #enter(condition: Condition): void {
    this.#holders.push(condition);
    // An RLock is had again by who has it.
    const others = this.#isReentrant ? this.#holders.filter((other) => other !== condition) : this.#holders.slice(1);
    assert.equal(others.length, 0, "the waiter has the lock");
  }

  #notify(condition: Condition, count: number): void {
    if (this.#holders[0] !== condition) return;
    this.#notified += count;
    condition.notify(count);
  }

  #release(condition: Condition): void {
    if (this.#holders[0] !== condition) return;
    this.#holders.pop();
    condition.lock.release();
  }

  override check(): void {
    assert.ok(this.#woken <= this.#notified, "the notified waiter wakes, and nobody else");
  }

  async finish(): Promise<void> {
    const [condition] = this.#conditions as [Condition];
    const letGo = async (): Promise<void> => {
      for (let turn = 0; turn < 100 && this.#holders.length > 0; turn++) {
        const [holder] = this.#holders as [Condition];
        this.#release(holder);
        await this.settle();
      }
    };
    await letGo();
    // One of the two never gives up: it takes what the other leaves.
    if (this.#notified > 0) assert.ok(this.#woken > 0, "no notification is lost");
    assert.ok(condition.lock.tryAcquire());
    this.#holders.push(condition);
    this.#notify(condition, 100);
    await letGo();
    assert.equal(this.#waits, 0);
    assert.ok(condition.lock.tryAcquire(), "it is free at last");
    condition.lock.release();
  }
}

/** Two of three are at a barrier; others come, break it and reset it. */
export class BarrierScene extends Scene {
  readonly operations: Readonly<Record<string, Operation>>;
  readonly #barriers: Barrier[];
  readonly #turns: number[] = [];

  constructor() {
    super();
    const barriers = this.share(new this.main.surface.Barrier(3));
    this.#barriers = barriers;
    const [barrier, first, second, third] = barriers;
    this.#arrive(first, { signal: this.signal(1), timeout: 50 });
    this.#arrive(second);
    this.operations = {
      arrive: this.by(0, () => this.#arrive(barrier)),
      "arrive, too": this.by(3, () => this.#arrive(third, { signal: this.signal(3) })),
      break: this.by(0, () => barrier.abort()),
      reset: this.by(3, () => third.reset()),
      "another wakes": this.by(2, () => this.threads[2].wake()),
      ...this.waiting(1, "who waits"),
    };
  }

  #arrive(barrier: Barrier, options?: { signal?: AbortSignal; timeout?: number }): void {
    this.wait(
      barrier.wait(options),
      (turn) => this.#turns.push(turn),
      (error) => error instanceof BrokenBarrierError,
    );
  }

  override check(): void {
    const all = [0, 1, 2].map((turn) => this.#turns.filter((each) => each === turn).length);
    const rounds = Math.max(...all);
    assert.ok(3 * rounds - this.#turns.length <= this.gaveUp, "a round is passed by three or by nobody");
  }

  async finish(): Promise<void> {
    const [barrier] = this.#barriers as [Barrier];
    barrier.reset();
    await this.settle();
    assert.equal(this.pending, 0);
    assert.equal(barrier.waiting, 0);
    const before = this.#turns.length;
    for (const each of this.#barriers.slice(0, 3)) this.#arrive(each);
    await this.settle();
    assert.equal(this.#turns.length, before + 3, "and the next round is passed");
  }
}
