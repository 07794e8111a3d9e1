import type { WaitOptions } from "../../src/contracts/wait.js";
import type { Call, Outcome } from "./model.js";
import type { Surface } from "./stepped-backend.js";

/**
 * A kind of object, as it is and as it should be, of which histories are made. Another kind, an RWLock or a Barrier, is another file in
 * subjects/ and a line in reference.test.ts.
 */
export interface Subject<Real extends object, Model extends Described> {
  readonly name: string;
  /** `size`, from 0 to 2, is what the kind has of that sort: permits, places. */
  make(surface: Surface, size: number): Real;
  describe(size: number): Model;
  readonly operations: readonly Operation<Real, Model>[];
  /** The state of the object as seen from outside. */
  look(real: Real, waiting: (object: object) => number): unknown;
}

export interface Operation<Real, Model> {
  readonly name: string;
  /** `item` is a different number for each call. */
  real(real: Real, options: WaitOptions, item: number): unknown;
  /** Ends `call`, or parks it. */
  model(model: Model, call: Call, item: number): void;
  /** Whether it may be asked for now; if not, the step is left out. Default: always. */
  readonly may?: (model: Model, thread: number) => boolean;
}

/** The answers of a model besides its operations. */
export interface Described {
  look(): unknown;
  /** A thread has died; its calls are gone already. */
  onOwnerDeath(thread: number): void;
}

export async function outcomeOf(act: () => unknown): Promise<Outcome> {
  try {
    return { gives: await act() };
  } catch (error) {
    return { throws: (error as Error).name };
  }
}
