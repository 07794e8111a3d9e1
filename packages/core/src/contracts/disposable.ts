/** What lives in shared memory, as one worker holds it. */
export interface SharedDisposable extends Disposable {
  /**
   * Lets go of the object in this worker, now, not once the garbage is collected; its memory is free when no other worker, message or name
   * refers to it either. From then on everything else of it throws DisposedError here, and it cannot be sent; other workers' objects, and what
   * this worker is given again later, are not concerned. Doing it again does nothing.
   *
   * Memory that is still needed is kept as if nothing had been said until it is not: that of a lock that this worker holds, of an object
   * for which this worker waits, and of a shared array while a view of it, or of its buffer, is left.
   */
  dispose(): void;
  /** As {@link dispose}, at the end of the block of a `using` declaration. */
  [Symbol.dispose](): void;
}
