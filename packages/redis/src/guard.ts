import type { Session } from "./session.js";

/**
 * Something that is held at the server.
 *
 * `token` rises with each grant of the namespace. A resource is to remember the highest token that it has seen, and to
 * refuse a lower one. Then it is safe from a holder that lost its lease without knowing it.
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

/** A guard that `release` gives back, once. */
export function guardOf({ session, token }: Held, release: () => Promise<boolean>): Guard {
  let released: Promise<boolean> | undefined;
  const giveBack = (): Promise<boolean> => {
    released ??= release();
    return released;
  };
  return {
    token,
    signal: session.lost,
    release: giveBack,
    async [Symbol.asyncDispose]() {
      await giveBack();
    },
  };
}
