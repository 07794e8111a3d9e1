import { MessageChannel } from "node:worker_threads";
import type { KeepAlive } from "@heddle/core";

/** A port that nobody writes to: while it is referenced, the event loop has something to wait for. */
export function keepAlive(): KeepAlive {
  const { port1 } = new MessageChannel();
  let holds = 0;
  let isWired = false;
  return {
    hold() {
      if (holds++ > 0) return;
      if (!isWired) port1.on("message", () => {});
      isWired = true;
      port1.ref();
    },
    letGo() {
      if (--holds === 0) port1.unref();
    },
  };
}
