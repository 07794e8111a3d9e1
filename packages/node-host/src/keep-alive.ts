import { MessageChannel } from "node:worker_threads";
import type { KeepAlive } from "@heddle/core";
import { hearsSignals, onIdle } from "./idle.js";

/** A port that nobody writes to: while it is referenced, the event loop has something to wait for. */
export function keepAlive(): KeepAlive {
  // Both ports are kept: Bun closes the one when the other is collected (https://github.com/oven-sh/bun/issues/32562).
  const channel = new MessageChannel();
  let holds = 0;
  let isWired = false;
  return {
    hold() {
      if (holds++ > 0) return;
      if (!isWired) channel.port1.on("message", () => {});
      isWired = true;
      channel.port1.ref();
    },
    letGo() {
      if (--holds === 0) channel.port1.unref();
    },
    onIdle,
    hearsSignals,
  };
}
