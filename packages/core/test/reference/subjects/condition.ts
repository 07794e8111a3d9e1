import type { Condition } from "../../../src/contracts/sync.js";
import { type Call, type Gate, gives, type Outcome, remove, throws } from "../model.js";
import type { Described, Operation, Subject } from "../subject.js";
import { LockModel, lock } from "./lock.js";

class ConditionModel implements Gate, Described {
  readonly late = gives(false);
  readonly lock = new LockModel();
  readonly #waitQueue: Call[] = [];

  wait(call: Call): void {
    if (this.lock.owner?.thread !== call.thread) call.end(throws("LockStateError"));
    // Tried once, which nobody can have answered in time: the lock is not even released.
    else if (call.timeout === 0) call.end(this.late);
    else this.#park(call);
  }

  #park(call: Call): void {
    call.park(this, this.#waitQueue);
    call.next = (outcome) => {
      call.next = (taken) => {
        call.outcome = "throws" in taken ? taken : outcome;
      };
      this.lock.lock(call);
    };
    this.lock.pass();
  }

  notify(call: Call, most: number): void {
    const isHeld = this.lock.owner?.thread === call.thread;
    if (isHeld) for (const waiting of this.#waitQueue.splice(0, most)) waiting.grant();
    call.end(isHeld ? gives() : throws("LockStateError"));
  }

  onCancel(call: Call): void {
    remove(this.#waitQueue, call);
  }

  redeem(): Outcome {
    return gives(true);
  }

  passGrant(): void {
    this.#waitQueue.shift()?.grant();
  }

  onOwnerDeath(thread: number): void {
    this.lock.onOwnerDeath(thread);
  }

  look(): unknown {
    return { lock: this.lock.look(), waiting: this.#waitQueue.length };
  }
}

const isSettled = (model: ConditionModel): boolean => model.lock.isSettled;

export const condition: Subject<Condition, ConditionModel> = {
  name: "condition",
  make: ({ Condition, Lock }) => new Condition(new Lock({ fair: true })),
  describe: () => new ConditionModel(),
  look: (condition, waiting) => ({ lock: lock.look(condition.lock, waiting), waiting: waiting(condition) }),
  operations: [
    {
      name: "wait",
      real: (condition, options) => condition.wait(options),
      model: (model, call) => model.wait(call),
      may: isSettled,
    },
    ...[1, 2].map((n) => ({
      name: `notify ${n}`,
      real: (condition: Condition) => condition.notify(n),
      model: (model: ConditionModel, call: Call) => model.notify(call, n),
      may: isSettled,
    })),
    ...lock.operations.map(
      ({ name, real, model, may }): Operation<Condition, ConditionModel> => ({
        name: `lock.${name}`,
        real: (condition, options, item) => real(condition.lock, options, item),
        model: (described, call, item) => model(described.lock, call, item),
        ...(may && { may: (described, thread) => may(described.lock, thread) }),
      }),
    ),
  ],
};
