import type { Queue, Worker } from "@heddle/core";
import { type Suite, tasksOf } from "./suite.js";
import type * as hands from "./tasks/hand.js";
import type { Order, Report } from "./tasks/hand.js";

/**
 * Another worker that does as it is told, one order after the other: so that a test decides who does what when. Orders go through a queue;
 * their results, through another.
 */
export class Hand {
  readonly worker: Worker;
  readonly #orders: Queue<Order>;
  readonly #reports: Queue<Report>;

  constructor(suite: Suite, object: object) {
    const { adapter } = suite;
    const { hand } = tasksOf<typeof hands>(suite, "hand");
    this.#orders = new adapter.Queue<Order>();
    this.#reports = new adapter.Queue<Report>();
    this.worker = new adapter.Worker(hand, {
      args: [this.#orders, this.#reports, object, adapter.adapter.url],
    }).start();
    // How a hand ends is the business of its test, not of the except hook.
    this.worker.result.catch(() => {});
  }

  /** Calls a method of the object there, and gives what it gives or throws what it throws. */
  async call<T = unknown>(method: string, ...args: readonly unknown[]): Promise<T> {
    await this.tell(method, ...args);
    return this.report<T>();
  }

  /** Gives the order and does not wait. */
  async tell(method: string, ...args: readonly unknown[]): Promise<void> {
    await this.#orders.put({ method, args });
  }

  /** The result of the oldest order that was not asked for yet. */
  async report<T = unknown>(): Promise<T> {
    const report = await this.#reports.get();
    if ("error" in report) throw report.error;
    return report.value as T;
  }

  async dismiss(): Promise<void> {
    await this.#orders.put({ method: "", args: [] });
    await this.worker.join();
  }
}

/** Runs a test with hands on an object; after any outcome, no hand is left. */
export async function withHands<T>(
  suite: Suite,
  object: object,
  count: number,
  test: (...hands: Hand[]) => Promise<T>,
): Promise<T> {
  const hands = Array.from({ length: count }, () => new Hand(suite, object));
  try {
    return await test(...hands);
  } finally {
    await Promise.all(hands.map(({ worker }) => worker.terminate()));
  }
}
