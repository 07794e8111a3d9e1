import type { Site } from "../contracts/frames.js";

export type Settle = (value: unknown) => void;

/** The functions that settle the promise of an operation that may wait. */
export interface Settlers {
  resolve(value: unknown): void;
  reject(error: unknown): void;
  /** The operation waits: it goes on after its call has returned. */
  keepSite(): void;
}

/** Has an error that comes later than its call say where the call is. */
export interface Sites {
  /** Where the program makes a call now. */
  ofCall(): Site | undefined;
  /** An error of Heddle's that an async function is about to throw, later than its call. */
  madeLater<E extends Error>(error: E, site: Site | undefined): E;
  /** `resolve` and `reject` are the promise's own; `check` throws for a value that is not to be had. */
  settlers(resolve: Settle, reject: Settle, check: Settle | undefined): Settlers;
}

/** Of a program that sends nothing: its errors name the async functions that wait for them, where the engine knows those. */
export const noSites: Sites = {
  ofCall: () => undefined,
  madeLater: (error) => error,
  settlers: (resolve, reject, check) => ({
    resolve(value) {
      check?.(value);
      resolve(value);
    },
    reject,
    keepSite() {},
  }),
};
