import { LockStateError } from "../contracts/errors.js";

/** The object that a guard is of. */
export interface Guarded {
  /** Whether it is still held by a guard of this worker's. */
  isGuardedHere(): boolean;
  readonly label: string;
  /** The outcome of a guard that is lost. Default: it stays locked. */
  readonly loss?: string;
}

/** The registry's record of a canary. */
interface Mark {
  of: Guarded | undefined;
}

/** The canary lives as long as the guard that has it, and longer only if that was released. */
export interface Canary {
  readonly mark: Mark;
}

/**
 * Tells of guards that became garbage without having been released. Registering each with a FinalizationRegistry would cost several times
 * as much as holding a lock. So the registry has a canary, which one guard leaves to the next when it is released.
 */
export class Guards {
  readonly #spare: Canary[] = [];
  readonly #lost: FinalizationRegistry<Mark>;

  /** `onLost` hears of what stays locked as its guard is gone. */
  constructor(onLost: (error: LockStateError) => void) {
    this.#lost = new FinalizationRegistry(({ of }) => {
      if (of?.isGuardedHere()) onLost(lostError(of));
    });
  }

  watch(of: Guarded): Canary {
    const canary = this.#spare.pop() ?? this.#make();
    canary.mark.of = of;
    return canary;
  }

  released(canary: Canary): void {
    canary.mark.of = undefined;
    this.#spare.push(canary);
  }

  #make(): Canary {
    const canary: Canary = { mark: { of: undefined } };
    this.#lost.register(canary, canary.mark);
    return canary;
  }
}

const lostError = ({ label, loss = "stays locked" }: Guarded): LockStateError =>
  new LockStateError(
    `${label} ${loss}: its guard was never released, and is gone, as nothing referred to it any more. ` +
      "Release a guard in a finally, or hold by run",
  );
