/** An object in shared memory, as one worker has it. */
export interface SharedDisposable extends Disposable {
  /**
   * Releases the object in this worker, without waiting for garbage collection. Its memory is freed once no other worker, message or name
   * refers to it. After that, every other method throws DisposedError in this worker, and the object cannot be sent. Other workers' objects
   * are not affected; nor is the object if this worker is given it again. Calling it again has no effect.
   *
   * Memory in use is freed later. This concerns a lock that this worker holds, an object for which it waits, and a shared array with a view.
   */
  dispose(): void;
  /** As {@link dispose}, at the end of the block of a `using` declaration. */
  [Symbol.dispose](): void;
}
