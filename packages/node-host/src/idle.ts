const hooks: (() => void)[] = [];

/** Calls `hook` each time that the event loop has nothing left to do. One listener is enough: the runtime warns of more than ten. */
export function onIdle(hook: () => void): void {
  if (hooks.push(hook) > 1) return;
  process.on("beforeExit", () => {
    for (const one of hooks) one();
  });
}

/** The listener of a worker that leaves a signal to the main program. */
export const ignoreSignal = (): void => {};

/** A signal of the system, but for those that Heddle's doorbells and the runtime's terminal listen to. */
const SIGNAL = /^SIG(?!URG|WINCH)/;

/** Whether the program listens to a signal of the system. */
export const hearsSignals = (): boolean =>
  process
    .eventNames()
    .some(
      (name) =>
        SIGNAL.test(String(name)) &&
        process.listeners(name as NodeJS.Signals).some((listener) => listener !== ignoreSignal),
    );
