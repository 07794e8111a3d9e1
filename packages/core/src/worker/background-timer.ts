import { after } from "../kernel/arguments.js";

/** As {@link after}, without keeping the program alive: whoever waits for something that depends on it does that. */
export function inBackground(ms: number, act: () => void): () => void {
  return after(ms, act, (timer) => {
    // Where a runtime's timers are numbers, this one holds the program until it has run out.
    if (typeof timer === "object") (timer as { unref?(): void }).unref?.();
  });
}
