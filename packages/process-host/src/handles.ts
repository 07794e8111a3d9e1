import { SendError } from "@heddle/core";
import type { HandleWay } from "./runtime.js";

/*
 * Handles of the operating system, such as open sockets, go their own way, if the runtime has one. The message that they belong to goes its
 * usual way and leaves their places among its transferables empty. Its receiver waits for as many handles as there are places. Both ways
 * keep their order, so the first handle that comes belongs in the first place. A program may close that way. Then only handles that were
 * sent before arrive open, and a lost one arrives as a handle that is closed.
 */

/** The transferables in a message of core's: in it, or in one of its parts. Where nothing else can be posted, they are handles alone. */
function transfersIn(message: unknown): unknown[][] {
  const parts = [message, ...Object.values(Object(message))] as ({ transferables?: unknown } | null | undefined)[];
  return parts.flatMap((part) => (Array.isArray(part?.transferables) ? [part.transferables as unknown[]] : []));
}

/**
 * Puts a message to `channel` by `put`, without its handles, and gives those. Data that comes through them from then on is their receiver's. If
 * `put` throws, nothing was sent: the handles are in the message again, and their sender's. Throws SendError if the channel is closed:
 * `what` they are part of is where its path begins.
 */
export function putWithoutHandles(
  way: HandleWay | undefined,
  channel: unknown,
  message: unknown,
  what: "args" | "result",
  put: () => void,
): unknown[] {
  const transfers = transfersIn(message);
  if (transfers.some(({ length }) => length > 0) && way?.isOpen(channel) === false) throw cannotSend(what);
  const taken = transfers.map((transferables) =>
    transferables.splice(0, transferables.length, ...transferables.map(() => null)),
  );
  try {
    put();
  } catch (error) {
    transfers.forEach((transferables, n) => void transferables.splice(0, transferables.length, ...(taken[n] ?? [])));
    throw error;
  }
  const handles = taken.flat();
  for (const handle of handles) way?.stop(handle);
  return handles;
}

function cannotSend(what: string): SendError {
  const why = "the channel that it would be sent through, which is also that of process.send, was disconnected";
  return new SendError(`${what}: an open socket or a server cannot be sent: ${why}`, what);
}

/** Handles that have come, for the messages that wait for them. */
export class ArrivedHandles {
  readonly #arrived: unknown[] = [];
  readonly #way: HandleWay | undefined;
  readonly #channel: () => unknown;

  /** `channel` is what they come through. */
  constructor(way: HandleWay | undefined, channel: () => unknown) {
    this.#way = way;
    this.#channel = channel;
  }

  add(handle: unknown): void {
    this.#arrived.push(handle);
  }

  /** Puts handles into the places of a message; false if not all of them have come, and they still may. */
  putInto(message: unknown): boolean {
    const transfers = transfersIn(message);
    const places = transfers.reduce((sum, { length }) => sum + length, 0);
    if (places > this.#arrived.length) {
      if (this.#way?.isOpen(this.#channel()) !== false) return false;
      while (this.#arrived.length < places) this.#arrived.push(this.#way.lost());
    }
    for (const transferables of transfers)
      transferables.splice(0, transferables.length, ...this.#arrived.splice(0, transferables.length));
    return true;
  }
}
