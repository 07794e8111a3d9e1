import assert from "node:assert/strict";
import { AbandonedError } from "../../src/contracts/errors.js";
import type { Lock } from "../../src/contracts/sync.js";
import type { CrashHarness } from "./crash-harness.js";
import type { Thread } from "./stepped-backend.js";

/** The worker in a lock's critical section: one at most. */
export class Holders {
  readonly #harness: CrashHarness;
  readonly #inSection: Thread[] = [];
  readonly order: Thread[] = [];

  constructor(harness: CrashHarness) {
    this.#harness = harness;
  }

  /** Takes the lock, which its owner's death does not keep anybody from. */
  async take(thread: Thread, lock: Lock): Promise<void> {
    for (;;) {
      try {
        assert.ok(await lock.acquire());
        break;
      } catch (error) {
        assert.ok(error instanceof AbandonedError);
        if (lock.abandoned) lock.recover();
      }
    }
    this.#inSection.push(thread);
    this.order.push(thread);
    this.alone();
  }

  giveBack(lock: Lock): void {
    this.#inSection.pop();
    lock.release();
  }

  alone(): void {
    assert.ok(this.#inSection.filter(({ isAlive }) => isAlive).length <= 1, "mutual exclusion");
  }

  /** The holder of the lock gives it back, until nobody wants it. */
  async drain(lockOf: (thread: Thread) => Lock): Promise<void> {
    await this.#harness.settle();
    for (let n = this.#inSection.length; n > 0; n = this.#inSection.length) {
      const thread = this.#inSection.at(-1) as Thread;
      if (thread.isAlive) await this.#harness.by(thread, () => this.giveBack(lockOf(thread)));
      else this.#inSection.pop();
      await this.#harness.settle();
    }
  }
}
