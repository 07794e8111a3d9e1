import { MessageChannel } from "node:worker_threads";
import { setTimeout } from "@heddle/node-host";

/** The part of Deno's core that tells what the event loop has to do. It is to be had only among what Deno keeps for itself. */
interface Core {
  readonly promiseIdSymbol: symbol;
  hasPromise(id: number): boolean;
  refOpPromise(promise: object): void;
  unrefOpPromise(promise: object): void;
  eventLoopHasMoreWork(): boolean;
}

const NEEDED = ["promiseIdSymbol", "hasPromise", "refOpPromise", "unrefOpPromise", "eventLoopHasMoreWork"];

/** By then a worker has begun to wait for messages. */
const FIRST_PROMISES = 1000;
const LONGEST_PAUSE_MS = 10;

/**
 * Calls `act` once this worker's event loop has nothing to do but to wait for messages, from its creator's `port` and otherwise. Calls it
 * at once where Deno does not tell. It is asked in a turn that a message begins: a timer would be found to be something to do.
 */
export function whenQuiet(port: MessagePort, act: () => void): void {
  const core = findCore();
  if (core === undefined) {
    act();
    return;
  }
  // The wait for the creator's messages was the first to wait.
  let id = 0;
  while (id < FIRST_PROMISES && !core.hasPromise(id)) id++;
  const waitsForMessages = { [core.promiseIdSymbol]: id };
  const waiting = Object.getOwnPropertySymbols(port).find(({ description }) => description === "dataPromise");
  const { port1, port2 } = new MessageChannel();
  let pause = 1;
  port1.on("message", () => {
    core.unrefOpPromise(waitsForMessages);
    // Its own `unref` does not count for what it waits for already.
    const wait = waiting === undefined ? undefined : Reflect.get(port, waiting);
    if (wait !== undefined) core.unrefOpPromise(wait);
    const isBusy = core.eventLoopHasMoreWork();
    // Deno would not survive a worker whose event loop has nothing to do.
    core.refOpPromise(waitsForMessages);
    if (!isBusy) {
      act();
      return;
    }
    setTimeout(() => port2.postMessage(undefined), pause);
    pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
  });
  port1.unref();
  port2.postMessage(undefined);
}

function findCore(): Core | undefined {
  const { internal } = Deno as unknown as { internal: symbol };
  const { core } = ((Deno as unknown as Record<symbol, unknown>)[internal] ?? {}) as { core?: Core };
  return core !== undefined && NEEDED.every((name) => name in core) ? core : undefined;
}
