/** What a guard is of. */
export interface Guarded {
  /** Whether it is still held by a guard of this worker's. */
  isGuardedHere(): boolean;
  readonly label: string;
}

/** What the registry keeps of a canary. */
interface Mark {
  of: Guarded | undefined;
}

/** What lives as long as the guard that has it, and longer only if that was released. */
export interface Canary {
  readonly mark: Mark;
}

/**
 * Tells of guards that became garbage without having been released. To register each with a FinalizationRegistry would cost several times
 * what holding a lock does: so what is registered is a canary that one guard leaves to the next when it is released.
 */
export class Guards {
  /** Hears of what stays locked as its guard is gone. */
  onLost: (guarded: Guarded) => void = () => {};
  readonly #spare: Canary[] = [];
  readonly #lost = new FinalizationRegistry<Mark>(({ of }) => {
    if (of?.isGuardedHere()) this.onLost(of);
  });

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
