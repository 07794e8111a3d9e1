import type { Queue } from "../../../src/contracts/queue.js";
import { type Call, type Gate, gives, type Outcome, remove, throws } from "../model.js";
import type { Described, Subject } from "../subject.js";

/** Getters are promised the first item, putters a place, and take it when they hear of it. */
class QueueModel implements Described {
  readonly #bound: number;
  readonly #items: number[] = [];
  readonly #getters: Call[] = [];
  readonly #putters: Call[] = [];
  readonly #itemOf = new Map<Call, number>();
  #promisedItems = 0;
  #promisedPlaces = 0;

  readonly #getting: Gate = {
    late: throws("QueueEmptyError"),
    onCancel: (call) => remove(this.#getters, call),
    redeem: () => {
      this.#promisedItems--;
      return gives(this.#take());
    },
    passGrant: () => {
      this.#promisedItems--;
      this.#promise();
    },
  };

  readonly #putting: Gate = {
    late: throws("QueueFullError"),
    onCancel: (call) => remove(this.#putters, call),
    redeem: (call) => {
      this.#promisedPlaces--;
      return this.#append(this.#itemOf.get(call) as number);
    },
    passGrant: () => {
      this.#promisedPlaces--;
      this.#promise();
    },
  };

  constructor(bound: number) {
    this.#bound = bound === 0 ? Number.POSITIVE_INFINITY : bound;
  }

  get #hasItem(): boolean {
    return this.#items.length > this.#promisedItems;
  }

  get #hasPlace(): boolean {
    return this.#items.length + this.#promisedPlaces < this.#bound;
  }

  get(call: Call): void {
    if (this.#hasItem) call.end(gives(this.#take()));
    else call.park(this.#getting, this.#getters);
  }

  getNow(call: Call): void {
    if (this.#hasItem) this.get(call);
    else call.end(throws("QueueEmptyError"));
  }

  put(call: Call, item: number): void {
    if (this.#hasPlace) {
      call.end(this.#append(item));
    } else {
      this.#itemOf.set(call, item);
      call.park(this.#putting, this.#putters);
    }
  }

  putNow(call: Call, item: number): void {
    if (this.#hasPlace) this.put(call, item);
    else call.end(throws("QueueFullError"));
  }

  #take(): number {
    const item = this.#items.shift() as number;
    this.#promise();
    return item;
  }

  #append(item: number): Outcome {
    this.#items.push(item);
    this.#promise();
    return gives();
  }

  #promise(): void {
    while (this.#hasItem && this.#getters.length > 0) {
      this.#getters.shift()?.grant();
      this.#promisedItems++;
    }
    while (this.#hasPlace && this.#putters.length > 0) {
      this.#putters.shift()?.grant();
      this.#promisedPlaces++;
    }
  }

  onOwnerDeath(): void {}

  look(): unknown {
    return { size: this.#items.length, waiting: this.#getters.length + this.#putters.length };
  }
}

export const queue: Subject<Queue<number>, QueueModel> = {
  name: "queue",
  make: ({ Queue }, size) => new Queue<number>(size),
  describe: (size) => new QueueModel(size),
  look: (queue, waiting) => ({ size: queue.size, waiting: waiting(queue) }),
  operations: [
    {
      name: "put",
      real: (queue, options, item) => queue.put(item, options),
      model: (model, call, item) => model.put(call, item),
    },
    {
      name: "putNowait",
      real: (queue, _, item) => queue.putNowait(item),
      model: (model, call, item) => model.putNow(call, item),
    },
    { name: "get", real: (queue, options) => queue.get(options), model: (model, call) => model.get(call) },
    { name: "getNowait", real: (queue) => queue.getNowait(), model: (model, call) => model.getNow(call) },
  ],
};
