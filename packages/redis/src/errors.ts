import { HeddleError, nameClass } from "@heddle/core";

/**
 * The lease of this program's session has passed, or the server has lost its data: it no longer holds anything there. Waits that had not ended
 * reject with it, and it is the reason of a guard's `signal`. Operations that begin later belong to a new session.
 *
 * @example
 * ```ts
 * import { LeaseLostError } from "@heddle/redis";
 *
 * console.log(new LeaseLostError("the lease has passed").code); // HEDDLE_LEASE_LOST
 * ```
 */
export class LeaseLostError extends HeddleError {
  constructor(message: string, options?: { readonly cause?: unknown }) {
    super("HEDDLE_LEASE_LOST", message, options);
  }

  /** `"LeaseLostError"`, in a program that was minified, too. */
  static override readonly name: string = /* @__PURE__ */ nameClass(this, "LeaseLostError");
}
