import type { Queue } from "../../../src/contracts/queue.js";
import { type Call, type Gate, gives, type Outcome, remove, throws } from "../model.js";
import type { Described, Subject } from "../subject.js";

/**
 * A fair queue: getters are promised the first item, putters a place. They take it when they hear of it, or when their thread gets or puts
 * again.
 */
class QueueModel implements Described {
  readonly #bound: number;
  readonly #items: number[] = [];
  readonly #getters: Call[] = [];
  readonly #putters: Call[] = [];
  readonly #itemOf = new Map<Call, number>();
  /** All waits that there ever were, of threads that live. */
  #waits: Call[] = [];
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
    this.#takeOwn(call, this.#getting);
    if (this.#hasItem) call.end(gives(this.#take()));
    else this.#park(call, this.#getting, this.#getters);
  }

  getNow(call: Call): void {
    this.#takeOwn(call, this.#getting);
    if (this.#hasItem) this.get(call);
    else call.end(throws("QueueEmptyError"));
  }

  put(call: Call, item: number): void {
    this.#takeOwn(call, this.#putting);
    if (this.#hasPlace) {
      call.end(this.#append(item));
    } else {
      this.#itemOf.set(call, item);
      this.#park(call, this.#putting, this.#putters);
    }
  }

  putNow(call: Call, item: number): void {
    this.#takeOwn(call, this.#putting);
    if (this.#hasPlace) this.put(call, item);
    else call.end(throws("QueueFullError"));
  }

  #park(call: Call, gate: Gate, line: Call[]): void {
    call.park(gate, line);
    this.#waits.push(call);
  }

  /** While a wait of the same thread at that gate is under way, all that the thread was granted here is taken before. */
  #takeOwn({ thread }: Call, gate: Gate): void {
    const own = this.#waits.filter((call) => call.thread === thread);
    const left = (): number => own.filter((call) => call.gate === gate).length;
    for (let before = Number.POSITIVE_INFINITY; left() > 0 && left() < before; ) {
      before = left();
      const granted = own.filter(({ isGranted }) => isGranted).sort((a, b) => a.serial - b.serial);
      for (const call of granted) call.redeem();
    }
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

  onOwnerDeath(thread: number): void {
    this.#waits = this.#waits.filter((call) => call.thread !== thread);
  }

  look(): unknown {
    return { size: this.#items.length, waiting: this.#getters.length + this.#putters.length };
  }
}

export const queue: Subject<Queue<number>, QueueModel> = {
  name: "queue",
  make: ({ Queue }, size) => new Queue<number>({ maxSize: size, fair: true }),
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
