import type { Event } from "../../../src/contracts/sync.js";
import { type Call, type Gate, gives, type Outcome, remove } from "../model.js";
import type { Described, Subject } from "../subject.js";

class EventModel implements Gate, Described {
  readonly late = gives(false);
  readonly #waitQueue: Call[] = [];
  #isSet = false;

  wait(call: Call): void {
    if (this.#isSet) call.end(gives(true));
    else call.park(this, this.#waitQueue);
  }

  set(call: Call): void {
    this.#isSet = true;
    for (const waiting of this.#waitQueue.splice(0)) waiting.grant();
    call.end(gives());
  }

  clear(call: Call): void {
    this.#isSet = false;
    call.end(gives());
  }

  onCancel(call: Call): void {
    remove(this.#waitQueue, call);
  }

  redeem(): Outcome {
    return gives(true);
  }

  passGrant(): void {}

  onOwnerDeath(): void {}

  look(): unknown {
    return { isSet: this.#isSet, waiting: this.#waitQueue.length };
  }
}

export const event: Subject<Event, EventModel> = {
  name: "event",
  make: ({ Event }) => new Event(),
  describe: () => new EventModel(),
  look: (event, waiting) => ({ isSet: event.isSet, waiting: waiting(event) }),
  operations: [
    { name: "wait", real: (event, options) => event.wait(options), model: (model, call) => model.wait(call) },
    { name: "set", real: (event) => event.set(), model: (model, call) => model.set(call) },
    { name: "clear", real: (event) => event.clear(), model: (model, call) => model.clear(call) },
  ],
};
