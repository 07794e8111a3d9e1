import type { Session } from "./session.js";

/**
 * Something that is held at the server.
 *
 * `token` rises with each grant of the namespace. A resource is to remember the highest token that it has seen, and to
 * refuse a lower one. Then it is safe from a holder that lost its lease without knowing it.
 *
 * @example
 * ```ts
 * import type { Guard } from "@heddle/redis";
 *
 * // The store refuses a token that is lower than one it has seen.
 * export async function save({ token, signal }: Guard, body: string): Promise<void> {
 *   await fetch("http://store/stock", { method: "PUT", headers: { token: String(token) }, body, signal });
 * }
 * ```
 */
export interface Guard extends AsyncDisposable {
  /** The fencing token: a whole number below 2^53. */
  readonly token: number;
  /** Aborts with a LeaseLostError if the lease is lost while it is held. */
  readonly signal: AbortSignal;
  /**
   * Gives it back. A second call has no effect.
   *
   * @returns Whether it was still held: false if the lease was lost before.
   */
  release(): Promise<boolean>;
}

/** A grant to this program. */
export interface Held {
  readonly session: Session;
  readonly token: number;
}

/**
 * A permit that is held. It has no token, as no resource could tell its holders apart by one.
 *
 * @example
 * ```ts
 * import type { Permit } from "@heddle/redis";
 *
 * export async function load(permit: Permit, url: string): Promise<string> {
 *   await using _held = permit;
 *   return (await fetch(url, { signal: permit.signal })).text();
 * }
 * ```
 */
export type Permit = Omit<Guard, "token">;

/** A permit that `release` gives back, once. */
export function permitOf({ lost }: Session, release: () => Promise<boolean>): Permit {
  let released: Promise<boolean> | undefined;
  const giveBack = (): Promise<boolean> => {
    released ??= release();
    return released;
  };
  return {
    signal: lost,
    release: giveBack,
    async [Symbol.asyncDispose]() {
      await giveBack();
    },
  };
}

/** A guard that `release` gives back, once. */
export const guardOf = ({ session, token }: Held, release: () => Promise<boolean>): Guard => ({
  token,
  ...permitOf(session, release),
});

/** The result of `fn`, which runs while `held` is held. */
export async function runWith<H extends Permit, T>(held: H, fn: (held: H) => T | PromiseLike<T>): Promise<T> {
  try {
    return await fn(held);
  } finally {
    await held.release();
  }
}
