import assert from "node:assert/strict";
import { BrokenBarrierError } from "../../../src/contracts/errors.js";
import type { Barrier, Lock } from "../../../src/contracts/sync.js";
import type { Operation } from "../paused.js";
import { ENOUGH, Scene } from "../scene.js";
import type { Thread } from "../stepped-backend.js";

const PERMITS = 3;

/** Begins a wait by `begin`. Its caller goes on with `act` in the turn in which it ends: this continuation is part of an operation. */
function goingOn<R>({ kernel: { parking } }: Thread, act: () => void, begin: () => R): R {
  const awaiting = parking.await;
  parking.await = (first) => awaiting.call(parking, first, act) as never;
  try {
    return begin();
  } finally {
    parking.await = awaiting;
  }
}

/**
 * A waiter that goes on as soon as it sees its grant. It was granted another wait before, so it looks at all its waits when it wakes. It does
 * not wait until the section that granted is carried out whole, as waiters do. So the order of that section's writes alone has to be right.
 */
abstract class GrantScene extends Scene {
  readonly operations: Readonly<Record<string, Operation>>;
  #isHeld = true;

  constructor() {
    super();
    const [event, awaited] = this.share(new this.main.surface.Event());
    this.wait(awaited.wait());
    event.set();
    this.threads[1].kernel.section.isUnderWay = () => false;
    this.operations = {
      release: this.by(0, () => this.#release()),
      "who waits wakes": this.by(1, () => this.threads[1].wake(), true),
    };
  }

  protected abstract release(): void;

  #release(): void {
    if (this.#isHeld) this.release();
    this.#isHeld = false;
  }

  finish(): Promise<void> {
    this.#release();
    return this.settle();
  }
}

/** It notifies a condition, for which it must have the lock. */
export class LockGrantScene extends GrantScene {
  readonly #lock: Lock;

  constructor(kind: "Lock" | "RLock") {
    super();
    const { surface } = this.main;
    const locks = this.share<Lock>(new surface[kind]({ fair: true }));
    const [lock, first, second] = locks;
    const conditions = this.share(new surface.Condition(lock));
    for (const { lock } of conditions) this.keep(lock);
    const [, condition] = conditions;
    this.#lock = lock;
    assert.ok(lock.tryAcquire());
    this.wait(
      goingOn(
        this.threads[1],
        () => condition.notify(),
        () => first.acquire(),
      ),
      () => first.release(),
    );
    this.wait(second.acquire(), () => second.release());
  }

  protected release(): void {
    this.#lock.release();
  }
}

/** It finds free what else was released with its permit. */
export class PermitGrantScene extends GrantScene {
  readonly #release: () => void;

  constructor() {
    super();
    const [permits, first] = this.share(new this.main.surface.Semaphore(0, { fair: true }));
    const see = (): void => assert.equal(first.value, PERMITS - 1, "the others are free");
    this.wait(goingOn(this.threads[1], see, () => first.acquire()));
    this.#release = () => permits.release(PERMITS);
  }

  protected release(): void {
    this.#release();
  }
}

/**
 * A fair lock of which a wait was granted, and which another worker released before that wait's worker saw it: the grant is superseded. So
 * the same worker's second wait was granted, too. Another one waits.
 */
export class SupersededScene extends Scene {
  readonly operations: Readonly<Record<string, Operation>>;
  readonly #lock: Lock;
  #taken = 0;
  #released = 0;

  constructor() {
    super();
    const locks = this.share<Lock>(new this.main.surface.Lock({ fair: true }));
    const [lock, first, second, third] = locks;
    this.#lock = lock;
    assert.ok(lock.tryAcquire());
    this.wait(first.acquire({ signal: this.signal(1) }));
    this.#acquire(first);
    this.#acquire(second);
    lock.release();
    third.release();
    this.operations = {
      release: this.by(0, () => this.#release(lock)),
      "release by another": this.by(3, () => this.#release(third)),
      "try of another": this.by(3, () => this.#count(third.tryAcquire()), true),
      "another wakes": this.by(2, () => this.threads[2].wake()),
      "the waiter gives up": this.by(1, () => this.giveUp(1)),
      "the waiter wakes": this.by(1, () => this.threads[1].wake()),
      "the waiter blocks": this.by(1, () => this.#count(first.acquireSync({ timeout: 1 }))),
    };
  }

  #acquire(lock: Lock): void {
    this.wait(lock.acquire(), (isTaken) => this.#count(isTaken));
  }

  #count(isTaken: boolean): void {
    if (isTaken) this.#taken++;
  }

  #release(lock: Lock): void {
    if (!lock.locked) return;
    this.#released++;
    lock.release();
  }

  override check(): void {
    assert.ok(this.#taken <= this.#released + 1, "one at a time");
    if (this.pending > 0) assert.ok(this.#lock.locked, "nobody waits for what nobody has");
  }

  async finish(): Promise<void> {
    for (let turn = 0; turn < 100 && this.#lock.locked; turn++) {
      this.#release(this.#lock);
      await this.settle();
    }
    assert.ok(this.#lock.tryAcquire(), "it is free at last");
    this.#lock.release();
  }
}

/** Two of three are at a barrier with an action. The third comes and runs it, which has accesses of its own. Late comers come meanwhile. */
export class ActionScene extends Scene {
  readonly operations: Readonly<Record<string, Operation>>;
  readonly #barriers: readonly Barrier[];
  #turns = 0;
  #acts = 0;
  /** Parties that gave up, though perhaps all had come. */
  #left = 0;

  constructor() {
    super();
    const action = (): void => {
      this.#acts++;
      for (let look = 0; look < 3; look++) assert.equal(barrier.waiting, 2);
    };
    const name = { module: "test:actions", name: "action" };
    for (const { kernel } of this.threads) {
      kernel.tasks = { ...kernel.tasks, nameOfTask: () => name, known: () => action };
    }
    const barriers = this.share(new this.main.surface.Barrier(3, { action }));
    this.#barriers = barriers;
    const [barrier, first, second, third] = barriers;
    const giveUp = (error: unknown): void => {
      if (error === ENOUGH) this.#left++;
    };
    this.#arrive(first, { signal: this.signal(1), timeout: 50 }).catch(giveUp);
    this.#arrive(second);
    this.operations = {
      arrive: this.by(0, () => this.#arrive(barrier)),
      "arrive and block": this.by(0, () => this.#arriveSync(barrier)),
      "a late comer arrives": this.by(3, () => this.#arrive(third, { signal: this.signal(3) })),
      "a late comer gives up": this.by(3, () => {
        this.#arrive(third, { signal: this.signal(3) });
        this.giveUp(3);
      }),
      "a late comer does not wait": this.by(3, () => this.#arrive(third, { timeout: 0 })),
      "another wakes": this.by(2, () => this.threads[2].wake()),
      ...this.waiting(1, "who waits"),
    };
  }

  #arrive(barrier: Barrier, options?: { signal?: AbortSignal; timeout?: number }): Promise<number> {
    const arrival = barrier.wait(options);
    this.wait(
      arrival,
      () => this.#turns++,
      (error) => error instanceof BrokenBarrierError,
    );
    return arrival;
  }

  #arriveSync(barrier: Barrier): void {
    try {
      barrier.waitSync({ timeout: 1 });
      this.#turns++;
    } catch (error) {
      if (!(error instanceof BrokenBarrierError)) throw error;
    }
  }

  override check(): void {
    const all = 3 * this.#acts;
    assert.ok(this.#turns <= all && this.#turns >= all - this.#left, "a complete round goes through");
  }

  async finish(): Promise<void> {
    const [barrier] = this.#barriers as [Barrier];
    barrier.reset();
    await this.settle();
    assert.equal(this.pending, 0);
    const before = this.#turns;
    for (const each of this.#barriers.slice(0, 3)) this.#arrive(each);
    await this.settle();
    assert.equal(this.#turns, before + 3, "and the next round is passed");
  }
}
