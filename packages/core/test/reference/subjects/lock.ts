import type { Lock } from "../../../src/contracts/sync.js";
import { type Call, type Gate, gives, remove, throws } from "../model.js";
import type { Described, Subject } from "../subject.js";

export class LockModel implements Gate, Described {
  readonly late = gives(false);
  owner: Call | undefined;
  isAbandoned = false;
  readonly #waitQueue: Call[] = [];
  readonly #failed = new Set<Call>();

  lock(call: Call): void {
    if (this.isAbandoned) call.end(throws("AbandonedError"));
    else if (this.owner !== undefined) call.park(this, this.#waitQueue);
    else {
      this.owner = call;
      call.end(gives(true));
    }
  }

  tryLock(call: Call): void {
    if (this.owner === undefined) this.lock(call);
    else call.end(gives(false));
  }

  release(call: Call): void {
    call.end(this.owner === undefined ? throws("LockStateError") : gives());
    this.pass();
  }

  recover(call: Call): void {
    call.end(this.isAbandoned ? gives() : throws("LockStateError"));
    this.isAbandoned = false;
  }

  pass(): void {
    this.owner = this.#waitQueue.shift();
    this.owner?.grant();
  }

  /** Its owner knows that it is: no caller sees the time between a grant and the news of it. */
  get isSettled(): boolean {
    return this.owner?.isGranted !== true;
  }

  onCancel(call: Call): void {
    remove(this.#waitQueue, call);
  }

  redeem(call: Call): ReturnType<Gate["redeem"]> {
    return this.#failed.delete(call) ? throws("AbandonedError") : gives(true);
  }

  passGrant(call: Call): void {
    if (!this.#failed.delete(call) && this.owner === call) this.pass();
  }

  onOwnerDeath(thread: number): void {
    if (this.owner?.thread !== thread) return;
    this.owner = undefined;
    this.isAbandoned = true;
    for (const call of this.#waitQueue.splice(0)) {
      this.#failed.add(call);
      call.grant();
    }
  }

  look(): unknown {
    return { locked: this.owner !== undefined, abandoned: this.isAbandoned, waiting: this.#waitQueue.length };
  }
}

export const lock: Subject<Lock, LockModel> = {
  name: "lock",
  make: ({ Lock }) => new Lock({ fair: true }),
  describe: () => new LockModel(),
  look: (lock, waiting) => ({ locked: lock.locked, abandoned: lock.abandoned, waiting: waiting(lock) }),
  operations: [
    { name: "acquire", real: (lock, options) => lock.acquire(options), model: (model, call) => model.lock(call) },
    { name: "tryAcquire", real: (lock) => lock.tryAcquire(), model: (model, call) => model.tryLock(call) },
    {
      name: "release",
      real: (lock) => lock.release(),
      model: (model, call) => model.release(call),
      may: (model) => model.isSettled,
    },
    { name: "recover", real: (lock) => lock.recover(), model: (model, call) => model.recover(call) },
  ],
};
