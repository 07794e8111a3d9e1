import assert from "node:assert/strict";
import type { Queue } from "../src/contracts/queue.js";
import {
  NODE_STATE,
  NODE_WOKEN,
  SLOT_ASLEEP,
  SLOT_GRANTED,
  slotAddress,
  WAIT_QUEUE_A,
  WAIT_QUEUE_B,
} from "../src/kernel/layout.js";
import { SteppedBackend, type Thread } from "./reference/stepped-backend.js";

const NONE = Symbol("none");

type Kind = "Queue" | "LifoQueue" | "PriorityQueue";
type Options = { readonly fair?: boolean; readonly kind?: Kind; readonly bound?: number };

/**
 * Four workers for which there are too few items, or too few places. To `give` one is to put an item or to make room, and to `take` one is to
 * get or put without waiting. `order` says whose waits were served.
 */
export abstract class Scarce {
  readonly backend = new SteppedBackend(4);
  readonly threads = this.backend.threads as [Thread, Thread, Thread, Thread];
  readonly queues: Queue<unknown>[];
  readonly order: number[] = [];
  /** How the waits that were not served have ended. */
  readonly errors: string[] = [];

  constructor({ fair = false, kind = "Queue", bound = 1 }: Options = {}) {
    const [main] = this.threads;
    const queue = new main.surface[kind]({ maxSize: bound, fair });
    this.queues = this.threads.map((thread) => (thread === main ? queue : this.backend.share(queue, thread)));
  }

  /** The wait queue of those that wait. */
  protected abstract readonly line: number;
  protected abstract waitAt(
    queue: Queue<unknown>,
    options: { signal?: AbortSignal; timeout?: number },
  ): Promise<unknown>;
  protected abstract giveTo(queue: Queue<unknown>): void;
  protected abstract takeFrom(queue: Queue<unknown>): boolean;

  by(n: number, act: (queue: Queue<unknown>) => unknown): Promise<void> {
    return this.backend.step(this.threads[n] as Thread, () => act(this.queues[n] as Queue<unknown>));
  }

  /** As {@link by}, while another worker has granted this one's wait and not yet told it. */
  async untold(n: number, act: (queue: Queue<unknown>) => unknown): Promise<void> {
    const { region, slot } = (this.threads[n] as Thread).kernel;
    const word = slotAddress(slot) + SLOT_GRANTED;
    const hints = Atomics.exchange(region.i32, word, 0);
    await this.by(n, act);
    Atomics.or(region.i32, word, hints);
  }

  wait(n: number, signal?: AbortSignal, timeout?: number): Promise<void> {
    return this.by(n, (queue) => {
      const options = { ...(signal && { signal }), ...(timeout !== undefined && { timeout }) };
      this.waitAt(queue, options).then(
        () => this.order.push(n),
        (error: Error) => this.errors.push(error.name),
      );
    });
  }

  wake(n: number): Promise<void> {
    return this.backend.step(this.threads[n] as Thread, () => (this.threads[n] as Thread).wake());
  }

  /** Has a worker do something else than wait, until its next step. */
  compute(n: number): void {
    const { region, slot } = (this.threads[n] as Thread).kernel;
    Atomics.store(region.i32, slotAddress(slot) + SLOT_ASLEEP, 0);
  }

  give(n: number): Promise<void> {
    return this.by(n, (queue) => this.giveTo(queue));
  }

  async take(n: number): Promise<boolean> {
    let isTaken = false;
    await this.by(n, (queue) => {
      isTaken = this.takeFrom(queue);
    });
    return isTaken;
  }

  /** One is there, and gone again before the woken waiter is awake. */
  async overtake(n: number): Promise<void> {
    await this.give(n);
    assert.ok(await this.take(n), "it is nobody's while the first waiter wakes up");
  }

  /** Whether the first that waits is being woken; its worker may have been rung for something else. */
  get isFirstWoken(): boolean {
    const { cells, region } = this.threads[0].kernel;
    const { address = 0 } = cells.handleOf(this.queues[0] as Queue<unknown>) ?? {};
    return region.i32[(region.i32[address + this.line] as number) + NODE_STATE] === NODE_WOKEN;
  }

  get mayWake(): number[] {
    return [0, 1, 2, 3].filter((n) => this.threads[n]?.mayWake);
  }
}

export class Items extends Scarce {
  protected readonly line = WAIT_QUEUE_A;

  protected waitAt(queue: Queue<unknown>, options: object): Promise<unknown> {
    return queue.get(options);
  }

  protected giveTo(queue: Queue<unknown>): void {
    queue.putNowait("item");
  }

  protected takeFrom(queue: Queue<unknown>): boolean {
    return queue.tryGet(NONE) !== NONE;
  }
}

export class Places extends Scarce {
  protected readonly line = WAIT_QUEUE_B;

  constructor(options: Options = {}) {
    super(options);
    for (let n = 0; n < (options.bound ?? 1); n++) (this.queues[0] as Queue<unknown>).putNowait("first");
  }

  protected waitAt(queue: Queue<unknown>, options: object): Promise<unknown> {
    return queue.put("item", options);
  }

  protected giveTo(queue: Queue<unknown>): void {
    queue.getNowait();
  }

  protected takeFrom(queue: Queue<unknown>): boolean {
    return queue.tryPut("item");
  }
}
