import assert from "node:assert/strict";
import { AbandonedError } from "../../src/contracts/errors.js";
import type { Lock } from "../../src/contracts/sync.js";
import type { Thread } from "./loom.js";
import type { Stage } from "./stage.js";

/** Who is in a lock's critical section: one at most. */
export class Holders {
  readonly #stage: Stage;
  readonly #inside: Thread[] = [];
  readonly order: Thread[] = [];

  constructor(stage: Stage) {
    this.#stage = stage;
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
    this.#inside.push(thread);
    this.order.push(thread);
    this.alone();
  }

  giveBack(lock: Lock): void {
    this.#inside.pop();
    lock.release();
  }

  alone(): void {
    assert.ok(this.#inside.filter(({ isAlive }) => isAlive).length <= 1, "mutual exclusion");
  }

  /** Whoever has the lock gives it back, until nobody wants it. */
  async drain(lockOf: (thread: Thread) => Lock): Promise<void> {
    await this.#stage.settle();
    for (let n = this.#inside.length; n > 0; n = this.#inside.length) {
      const thread = this.#inside.at(-1) as Thread;
      if (thread.isAlive) await this.#stage.by(thread, () => this.giveBack(lockOf(thread)));
      else this.#inside.pop();
      await this.#stage.settle();
    }
  }
}
