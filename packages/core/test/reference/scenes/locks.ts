import assert from "node:assert/strict";
import { LockStateError } from "../../../src/contracts/errors.js";
import type { BoundedSemaphore, Lock, Semaphore } from "../../../src/contracts/sync.js";
import type { Operation } from "../paused.js";
import { Scene } from "../scene.js";
import { virtual } from "../virtual.js";

export type LockKind = "Lock" | "RLock" | "Semaphore" | "BoundedSemaphore";

/** Longer than the first in a queue is woken in vain. */
const OVERDUE_MS = 2;

/** One has it, one waits for it and may be late, one waits, and one comes. */
export class LockScene extends Scene {
  readonly operations: Readonly<Record<string, Operation>>;
  readonly #locks: (Lock | Semaphore)[];
  readonly #holders: (Lock | Semaphore)[] = [];
  readonly #waiting = new Map<Promise<boolean>, Lock | Semaphore>();
  readonly #isReentrant: boolean;

  constructor(
    kind: LockKind,
    begins: "held" | "free" | "overdue" = "held",
    make = (): Lock | Semaphore => new this.main.surface[kind](),
  ) {
    super();
    this.#isReentrant = kind === "RLock";
    const locks = this.share<Lock | Semaphore>(make());
    this.#locks = locks;
    const [lock, first, second, third] = locks;
    if (begins !== "free") {
      this.#try(lock);
      this.#acquire(first, { signal: this.signal(1), timeout: 50 });
      this.#acquire(second, { timeout: 70 });
    }
    for (let n = 0; begins === "overdue" && n < 2; n++, virtual.now += OVERDUE_MS) {
      this.#release(lock);
      this.#try(lock);
      this.threads[1].wake();
    }
    this.operations = {
      release: this.by(0, () => this.#release(lock)),
      "acquire again": this.by(0, () => this.#acquire(lock)),
      "release by another": this.by(3, () => this.#release(third)),
      acquire: this.by(3, () => this.#acquire(third, { signal: this.signal(3) })),
      "another wakes": this.by(2, () => this.threads[2].wake()),
      "another is late": this.by(2, () => this.threads[2].timers.runFirst()),
      // Of an RLock, a try ends a wait of its own, under the latch.
      tryAcquire: this.by(3, () => this.#try(third), !this.#isReentrant),
      "another's try": this.by(2, () => this.#try(second), !this.#isReentrant),
      ...this.waiting(1, "who waits"),
      ...(this.#isReentrant && { "the waiting task waits once more": this.by(1, () => this.#acquire(first)) }),
    };
  }

  #acquire(lock: Lock | Semaphore, options?: { signal?: AbortSignal; timeout?: number }): void {
    const wait = lock.acquire(options);
    this.#waiting.set(wait, lock);
    this.wait(wait, (isHeld) => {
      if (isHeld) this.#enter(lock);
    });
    const end = (): void => void this.#waiting.delete(wait);
    wait.then(end, end);
  }

  #try(lock: Lock | Semaphore): void {
    if (lock.tryAcquire()) this.#enter(lock);
  }

  #enter(lock: Lock | Semaphore): void {
    this.#holders.push(lock);
    const others = this.#isReentrant ? this.#holders.filter((other) => other !== lock) : this.#holders.slice(1);
    assert.equal(others.length, 0, "one at a time");
  }

  #release(lock: Lock | Semaphore): void {
    const at = this.#holders.indexOf(lock);
    if (at === -1) return;
    this.#holders.splice(at, 1);
    lock.release();
  }

  override check(): void {
    if (this.#holders.length === 0) assert.equal(this.pending, 0, "nobody waits for what nobody has");
    if (!this.#isReentrant) return;
    const waiting = [...this.#waiting.values()];
    assert.ok(!waiting.some((lock) => this.#holders.includes(lock)), "no task waits for what it has");
  }

  async finish(): Promise<void> {
    for (let turn = 0; turn < 100 && this.#holders.length > 0; turn++) {
      this.#release(this.#holders[0] as Lock);
      await this.settle();
    }
    const [lock, other] = this.#locks as [Lock, Lock];
    assert.ok(lock.tryAcquire(), "it is free at last");
    assert.equal(other.tryAcquire(), false, "and one may have it");
    lock.release();
  }
}

/** A lock that one was woken for, or if it is fair, granted, which has not seen that yet, and that anybody may release. */
export class ReleasedLockScene extends Scene {
  readonly operations: Readonly<Record<string, Operation>>;
  readonly #locks: Lock[];
  /** The worker that has taken it after its last release. */
  #holder: Lock | undefined;

  constructor(fair: boolean) {
    super();
    const locks = this.share<Lock>(new this.main.surface.Lock({ fair }));
    this.#locks = locks;
    const [lock, first, second, third] = locks;
    this.#try(lock);
    this.#acquire(first, { signal: this.signal(1) });
    this.#release(lock);
    this.operations = {
      release: this.by(0, () => this.#release(lock)),
      try: this.by(0, () => this.#try(lock), true),
      "release by another": this.by(3, () => this.#release(third)),
      acquire: this.by(3, () => this.#acquire(third)),
      "another wakes": this.by(2, () => this.threads[2].wake()),
      "another's acquire": this.by(2, () => this.#acquire(second)),
      "another's release": this.by(2, () => this.#release(second)),
      "try of who waits": this.by(1, () => this.#try(first), true),
      "acquire by who waits": this.by(1, () => this.#acquire(first)),
      ...this.waiting(1, "who waits"),
      "try of who waits, which then gives up": this.by(1, () => {
        this.#try(first);
        this.giveUp(1);
      }),
    };
  }

  #acquire(lock: Lock, options?: { signal?: AbortSignal }): void {
    this.wait(lock.acquire(options));
  }

  #try(lock: Lock): void {
    if (!lock.tryAcquire()) return;
    assert.equal(this.#holder, undefined, "one at a time");
    this.#holder = lock;
  }

  #release(lock: Lock): void {
    // It may be anybody's from the moment that its release begins until that has ended.
    this.#holder = undefined;
    try {
      lock.release();
    } catch (error) {
      if (!(error instanceof LockStateError)) throw error;
    }
    this.#holder = undefined;
  }

  override check(): void {
    const [lock] = this.#locks as [Lock];
    if (this.#holder !== undefined) assert.ok(lock.locked, "a lock that was taken and not released since is held");
    if (this.pending > 0) assert.ok(lock.locked, "nobody waits for what nobody has");
  }

  async finish(): Promise<void> {
    const [lock] = this.#locks as [Lock];
    for (let turn = 0; turn < 100 && lock.locked; turn++) {
      this.#release(lock);
      await this.settle();
    }
    assert.ok(lock.tryAcquire(), "it is free at last");
    lock.release();
  }
}

/** Permits for which two wait, the first of whom may be late, and that anybody may release, one or two at a time. */
export class PermitsScene extends Scene {
  readonly operations: Readonly<Record<string, Operation>>;
  readonly #permits: Semaphore[];
  #released = 0;
  #taken = 0;

  constructor(fair: boolean) {
    super();
    const permits = this.share<Semaphore>(new this.main.surface.Semaphore(0, { fair }));
    this.#permits = permits;
    const [own, first, second, third] = permits;
    this.#acquire(first, { signal: this.signal(1), timeout: 50 });
    this.#acquire(second);
    this.operations = {
      "release of two": this.by(0, () => this.#release(own, 2)),
      try: this.by(0, () => this.#try(own)),
      "release by another": this.by(3, () => this.#release(third, 1)),
      acquire: this.by(3, () => this.#acquire(third)),
      "another wakes": this.by(2, () => this.threads[2].wake()),
      "another's release": this.by(2, () => this.#release(second, 1)),
      ...this.waiting(1, "who waits"),
    };
  }

  #acquire(permits: Semaphore, options?: { signal?: AbortSignal; timeout?: number }): void {
    this.wait(permits.acquire(options), (isHeld) => {
      if (isHeld) this.#taken++;
    });
  }

  #try(permits: Semaphore): void {
    if (permits.tryAcquire()) this.#taken++;
  }

  #release(permits: Semaphore, n: number): void {
    this.#released += n;
    permits.release(n);
  }

  override check(): void {
    const [{ value }] = this.#permits as [Semaphore];
    assert.equal(value + this.#taken, this.#released, "none is lost, and none is made");
    assert.ok(value === 0 || this.pending === 0, "nobody waits for one that is free");
  }

  async finish(): Promise<void> {
    const [permits] = this.#permits as [Semaphore];
    for (let turn = 0; turn < 20 && this.pending > 0; turn++) {
      this.#release(permits, 1);
      await this.settle();
    }
  }
}

/** A semaphore with one permit, which is taken and waited for. Three workers release it, two of them without having taken it. */
export class OverReleasedScene extends Scene {
  readonly operations: Readonly<Record<string, Operation>>;
  readonly #semaphores: BoundedSemaphore[];
  #taken = 0;
  #released = 0;

  constructor(fair: boolean) {
    super();
    const semaphores = this.share<BoundedSemaphore>(new this.main.surface.BoundedSemaphore(1, { fair }));
    this.#semaphores = semaphores;
    const [semaphore, first, second, third] = semaphores;
    this.#try(semaphore);
    this.wait(first.acquire({ signal: this.signal(1), timeout: 50 }), (isTaken) => {
      if (isTaken) this.#taken++;
    });
    this.operations = {
      release: this.by(0, () => this.#release(semaphore)),
      "another's release": this.by(2, () => this.#release(second)),
      "release by another": this.by(3, () => this.#release(third)),
      try: this.by(3, () => this.#try(third), true),
      ...this.waiting(1, "who waits"),
    };
  }

  #try(semaphore: BoundedSemaphore): void {
    if (semaphore.tryAcquire()) this.#taken++;
  }

  #release(semaphore: BoundedSemaphore): void {
    try {
      semaphore.release();
      this.#released++;
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
    }
  }

  override check(): void {
    const [{ value }] = this.#semaphores as [BoundedSemaphore];
    const counted = 1 - this.#taken + this.#released;
    assert.ok(value <= 1, "there is no permit more than at first");
    // Another worker may have released the permit of a wait that was then given up.
    assert.ok(value === counted || (this.gaveUp > 0 && value < counted), "no permit is lost");
  }

  async finish(): Promise<void> {
    const [semaphore] = this.#semaphores as [BoundedSemaphore];
    for (let turn = 0; turn < 100 && semaphore.value === 0; turn++) {
      this.#release(semaphore);
      await this.settle();
    }
    assert.equal(semaphore.value, 1, "it is free at last");
  }
}
