import { ARRAYS, checkScalar, checkScalarType, isBig, type Scalar, type ScalarType, zeroOf } from "@heddle/core";
import { differentlyMade } from "./different.js";
import { RemoteObject } from "./remote-object.js";
import type { RLock } from "./rlock.js";
import { valueScripts } from "./scripts.js";
import type { Answer } from "./session.js";
import type { Sessions } from "./sessions.js";

/**
 * One number that programs on any machines share. It is as Heddle's `Value`, of the same types, but {@link value} is a promise, and {@link set} stores a
 * number. Each operation is one atomic step at the server.
 *
 * @example
 * ```ts
 * import { connect } from "@heddle/redis";
 *
 * await using cluster = await connect({ url: "redis://localhost:6379", namespace: "shop" });
 * const visits = cluster.Value.named("visits", "u64");
 * await visits.add(1n);
 * await visits.update((n) => (n > 1_000n ? 0n : n));
 * console.log(typeof (await visits.value)); // bigint
 * ```
 */
export class Value<K extends ScalarType = "f64"> extends RemoteObject {
  /**
   * A lock for steps that need more than one access. It guards only against programs that take it too.
   */
  readonly lock: RLock;
  readonly #type: K;
  readonly #made: readonly [type: K, initial: Uint8Array];

  constructor(sessions: Sessions, name: string | undefined, lock: RLock, type: K, initial: Scalar<K> = zeroOf(type)) {
    super(sessions, name);
    this.#type = checkScalarType(type);
    this.#made = [type, this.#bytesOf(initial)];
    this.lock = lock;
  }

  /** The number now. To change it by what it is, use {@link add} or {@link update}: another program may change it between two steps. */
  get value(): Promise<Scalar<K>> {
    return this.#read();
  }

  /** Stores a number. */
  async set(value: Scalar<K>): Promise<void> {
    await this.#change("set", this.#bytesOf(value));
  }

  /**
   * Adds in one atomic step. Integers wrap around at the bounds of their type.
   *
   * @returns The number before.
   */
  async add(amount: Scalar<K>): Promise<Scalar<K>> {
    return await this.#change("add", this.#bytesOf(amount));
  }

  /**
   * Stores `replacement` if the number is `expected`, in one atomic step. NaN equals itself here.
   *
   * @returns The number before.
   */
  async compareExchange(expected: Scalar<K>, replacement: Scalar<K>): Promise<Scalar<K>> {
    return await this.#change("exchange", this.#bytesOf(replacement), this.#bytesOf(expected));
  }

  /**
   * Replaces the number by what `change` makes of it, unless another program has changed it meanwhile: then `change` is called again, with the new
   * number. `change` may be called several times.
   *
   * @returns The number that was stored.
   */
  async update(change: (now: Scalar<K>) => Scalar<K>): Promise<Scalar<K>> {
    for (let now = await this.#read(); ; ) {
      const next = this.#bytesOf(change(now));
      const before = await this.#change("exchange", next, this.#bytesOf(now));
      if (before === now || Object.is(before, now)) return this.#numberOf(next);
      now = before;
    }
  }

  async #read(): Promise<Scalar<K>> {
    return this.#outcome(await this.sessions.perform(valueScripts.state, await this.name(), ...this.#made));
  }

  async #change(how: string, ...operands: readonly Uint8Array[]): Promise<Scalar<K>> {
    const args = [await this.name(), ...this.#made, how, ...operands];
    return this.#outcome(await this.sessions.perform(valueScripts.change, ...args));
  }

  #outcome({ how, rest }: Answer): Scalar<K> {
    if (how === "different") throw differentlyMade("value");
    return this.#numberOf(rest[0] as Buffer);
  }

  /** As the server has it, after it was made what the type can hold. */
  #bytesOf(value: Scalar<K>): Uint8Array {
    const held = new ARRAYS[this.#type](new ArrayBuffer(8), 0, 1);
    held[0] = checkScalar(this.#type, value);
    const bytes = new DataView(new ArrayBuffer(8));
    if (isBig(this.#type)) bytes.setBigInt64(0, held[0] as bigint, true);
    else bytes.setFloat64(0, held[0] as number, true);
    return new Uint8Array(bytes.buffer);
  }

  #numberOf(bytes: Uint8Array): Scalar<K> {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (this.#type === "i64") return view.getBigInt64(0, true) as Scalar<K>;
    if (this.#type === "u64") return view.getBigUint64(0, true) as Scalar<K>;
    return view.getFloat64(0, true) as Scalar<K>;
  }
}
