import type { Semaphore } from "../../../src/contracts/sync.js";
import { type Call, type Gate, gives, type Outcome, remove } from "../model.js";
import type { Described, Subject } from "../subject.js";

class SemaphoreModel implements Gate, Described {
  readonly late = gives(false);
  readonly #waitQueue: Call[] = [];
  #free: number;

  constructor(free: number) {
    this.#free = free;
  }

  take(call: Call): void {
    if (this.#free === 0) {
      call.park(this, this.#waitQueue);
    } else {
      this.#free--;
      call.end(gives(true));
    }
  }

  tryTake(call: Call): void {
    if (this.#free > 0) this.take(call);
    else call.end(gives(false));
  }

  give(permits: number): void {
    for (let left = permits; left > 0; left--) {
      const next = this.#waitQueue.shift();
      if (next === undefined) this.#free++;
      else next.grant();
    }
  }

  onCancel(call: Call): void {
    remove(this.#waitQueue, call);
  }

  redeem(): Outcome {
    return gives(true);
  }

  passGrant(): void {
    this.give(1);
  }

  /** The permits that it had taken are lost with it. */
  onOwnerDeath(): void {}

  look(): unknown {
    return { value: this.#free, waiting: this.#waitQueue.length };
  }
}

export const semaphore: Subject<Semaphore, SemaphoreModel> = {
  name: "semaphore",
  make: ({ Semaphore }, size) => new Semaphore(size, { fair: true }),
  describe: (size) => new SemaphoreModel(size),
  look: (permits, waiting) => ({ value: permits.value, waiting: waiting(permits) }),
  operations: [
    { name: "acquire", real: (permits, options) => permits.acquire(options), model: (model, call) => model.take(call) },
    { name: "tryAcquire", real: (permits) => permits.tryAcquire(), model: (model, call) => model.tryTake(call) },
    ...[1, 2].map((n) => ({
      name: `release ${n}`,
      real: (permits: Semaphore) => permits.release(n),
      model: (model: SemaphoreModel, call: Call) => {
        model.give(n);
        call.end(gives());
      },
    })),
  ],
};
