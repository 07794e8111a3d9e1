/**
 * Has a rejection that nobody handles thrown as an uncaught exception, as in Node, unless the program listens itself. Bun 1.4 ends the
 * process for it and tells no listener of uncaught exceptions. The process's creator hears of all uncaught errors by such a listener.
 */
export function throwRejections(): void {
  process.on("unhandledRejection", (reason) => {
    if (process.listenerCount("unhandledRejection") > 1) return;
    for (const hear of process.listeners("uncaughtException")) hear(reason as Error, "unhandledRejection");
  });
}
