import { type KeepAlive, tellIdleWaits } from "@heddle/core";
import { keepAlive } from "@heddle/node-host";

/** Bun loads core in parts: the build has not called this for it. */
export function keepAliveAndTell(): KeepAlive {
  tellIdleWaits();
  return keepAlive();
}
