/** The callbacks for each signal. Each signal has one listener: Node warns of more than ten. */
const hearers = new WeakMap<AbortSignal, Set<() => void>>();

/** Calls `hear` once the signal aborts, unless the returned function is called first. */
export function whenAborted(signal: AbortSignal | undefined, hear: () => void): () => void {
  if (signal === undefined) return () => {};
  let all = hearers.get(signal);
  if (all === undefined) {
    const made = new Set<() => void>();
    const tell = (): void => {
      for (const each of [...made]) each();
    };
    signal.addEventListener("abort", tell, { once: true });
    hearers.set(signal, made);
    all = made;
  }
  const added = all;
  // A function of its own for each call, so that the same one may hear twice.
  const once = (): void => hear();
  added.add(once);
  return () => added.delete(once);
}
