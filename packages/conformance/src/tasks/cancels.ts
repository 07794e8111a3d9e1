import { once } from "node:events";
import type { Event, Surface } from "@heddle/core";
import { WAIT_LIMIT_MS } from "../wait-limit.js";

/** Computes until it sees that it is cancelled, and gives its event loop no turn meanwhile; gives the reason. */
export async function loopUntilCancelled(adapter: string, started: Event): Promise<unknown> {
  const { current }: Surface = await import(adapter);
  const deadline = performance.now() + WAIT_LIMIT_MS;
  const before = [current().isCancelled, current().signal.aborted];
  started.set();
  while (!current().isCancelled) if (performance.now() > deadline) return "never seen";
  const { aborted, reason } = current().signal;
  return { before, aborted, reason };
}

/** As {@link loopUntilCancelled}, and throws then. */
export async function loopUntilThrown(adapter: string, started: Event): Promise<string> {
  const { current }: Surface = await import(adapter);
  const deadline = performance.now() + WAIT_LIMIT_MS;
  current().throwIfCancelled();
  started.set();
  while (performance.now() < deadline) current().throwIfCancelled();
  return "never seen";
}

/** As {@link loopUntilThrown}, for a map: an item without an event fails. */
export async function failOrLoop([adapter, started, go]: [string, Event, Event?]): Promise<string> {
  if (go === undefined) return loopUntilThrown(adapter, started);
  await go.wait();
  throw new RangeError("fails");
}

/** Waits for nothing but the event of its own signal, in one of the usual ways. */
export async function waitForSignal(
  adapter: string,
  started: Event,
  how: "listener" | "once" | "any",
): Promise<unknown> {
  const { current }: Surface = await import(adapter);
  const { signal } = current();
  started.set();
  if (how === "once") await once(signal, "abort");
  else {
    const heard = how === "any" ? AbortSignal.any([signal]) : signal;
    await new Promise((resolve) => heard.addEventListener("abort", resolve));
  }
  return signal.reason;
}
