import type { Future } from "../contracts/future.js";
import type { ItemOf, MapCheck, Pool, PoolView as PoolViewContract } from "../contracts/pool.js";
import type { MapOptions, RunOptions } from "../contracts/pool-options.js";
import type { ArgumentsOf, ResultOf, SendableArguments, TaskCheck } from "../contracts/received.js";
import { refuseToSend } from "../kernel/message/index.js";
import { showAs } from "../kernel/shown.js";
import { checkRunOptions } from "./options.js";

type Items<F> = Iterable<ItemOf<F>> | AsyncIterable<ItemOf<F>>;
type Tuples<F> = Iterable<SendableArguments<ArgumentsOf<F>>> | AsyncIterable<SendableArguments<ArgumentsOf<F>>>;

/** A pool with options for its tasks. It owns nothing. */
export class PoolView implements PoolViewContract {
  readonly #pool: Pool;
  readonly #options: RunOptions;

  /** `options` come before those of the view that it was made by. */
  constructor(pool: Pool, base: RunOptions, options: RunOptions) {
    checkRunOptions(options, "withOptions");
    this.#pool = pool;
    this.#options = Object.freeze(merged(base, options));
  }

  /** Called where the class is bound. A static block would keep an unused class in every bundle. */
  static prepare(): void {
    refuseToSend(this.prototype, "a view of a Pool cannot be sent, as its Pool cannot: make them there");
    showAs(
      this.prototype,
      () => "PoolView",
      (view) => ({
        className: "PoolView",
        name: String(Reflect.get(view.#pool, Symbol.toStringTag)),
        state: { ...view.#options },
      }),
    );
    Object.defineProperty(this, "name", { value: "PoolView" });
  }

  run<F>(task: F & TaskCheck<F>, ...args: SendableArguments<ArgumentsOf<F>>): Promise<ResultOf<F>> {
    return new Promise((resolve) => resolve(this.#pool.submit<F>(task, args, this.#options)));
  }

  submit<F>(
    task: F & TaskCheck<F>,
    args: SendableArguments<ArgumentsOf<F>>,
    options?: RunOptions,
  ): Future<ResultOf<F>> {
    return this.#pool.submit<F>(task, args, merged(this.#options, options));
  }

  map<F>(task: F & MapCheck<F>, items: Items<F>, options?: MapOptions): Promise<ResultOf<F>[]> {
    return this.#pool.map<F>(task, items, merged(this.#options, options));
  }

  imap<F>(task: F & MapCheck<F>, items: Items<F>, options?: MapOptions): AsyncIterableIterator<ResultOf<F>> {
    return this.#pool.imap<F>(task, items, merged(this.#options, options));
  }

  imapUnordered<F>(task: F & MapCheck<F>, items: Items<F>, options?: MapOptions): AsyncIterableIterator<ResultOf<F>> {
    return this.#pool.imapUnordered<F>(task, items, merged(this.#options, options));
  }

  starmap<F>(task: F & TaskCheck<F>, items: Tuples<F>, options?: MapOptions): Promise<ResultOf<F>[]> {
    return this.#pool.starmap<F>(task, items, merged(this.#options, options));
  }

  withOptions(options: RunOptions): PoolView {
    return new PoolView(this.#pool, this.#options, options);
  }

  get [Symbol.toStringTag](): string {
    return "PoolView";
  }
}

/** Options of `own`, and those of `base` that it leaves out or has as undefined. Other values than objects are refused where they are used. */
function merged<T extends RunOptions>(base: RunOptions, own: T | undefined): T {
  if (own === undefined) return base as T;
  if (typeof own !== "object" || own === null || Array.isArray(own) || "addEventListener" in own) return own;
  const given = Object.entries(own).filter(([, value]) => value !== undefined);
  return { ...base, ...Object.fromEntries(given) } as T;
}
