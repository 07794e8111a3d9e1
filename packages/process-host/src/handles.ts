import { SendError } from "@heddle/core";
import type { HandleWay } from "./runtime.js";

/*
 * Handles of the operating system, such as open sockets, go their own way, if the runtime has one. The message that they belong to goes
 * its usual way and leaves their places in its parcel empty: its receiver waits for as many handles as there are places. Both ways keep
 * their order, so the first handle that comes belongs in the first place. A program may close that way: then nothing that was not
 * sent before can be sent, and what was lost arrives as a handle that is closed.
 */

/** The parcels in a message of core's: in it, or in one of its parts. Where nothing else can be posted, they hold handles alone. */
function parcelsIn(message: unknown): unknown[][] {
  const parts = [message, ...Object.values(Object(message))] as ({ parcel?: unknown } | null | undefined)[];
  return parts.flatMap((part) => (Array.isArray(part?.parcel) ? [part.parcel as unknown[]] : []));
}

/**
 * Takes the handles out of a message to `channel`. What comes through them from now on is their receiver's. Throws SendError if that is
 * closed: `what` they are part of is where its path begins.
 */
export function takeHandles(
  way: HandleWay | undefined,
  channel: unknown,
  message: unknown,
  what: "args" | "result",
): unknown[] {
  const parcels = parcelsIn(message);
  if (parcels.some(({ length }) => length > 0) && way?.isOpen(channel) === false) throw cannotSend(what);
  const handles = parcels.flatMap((parcel) => parcel.splice(0, parcel.length, ...parcel.map(() => null)));
  for (const handle of handles) way?.stop(handle);
  return handles;
}

function cannotSend(what: string): SendError {
  const why = "the channel that it would be sent through, which is also that of process.send, was disconnected";
  return new SendError(`${what}: an open socket or a server cannot be sent: ${why}`, what);
}

/** Handles that have come, for the messages that wait for them. */
export class Handles {
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
    const parcels = parcelsIn(message);
    const places = parcels.reduce((sum, { length }) => sum + length, 0);
    if (places > this.#arrived.length) {
      if (this.#way?.isOpen(this.#channel()) !== false) return false;
      while (this.#arrived.length < places) this.#arrived.push(this.#way.lost());
    }
    for (const parcel of parcels) parcel.splice(0, parcel.length, ...this.#arrived.splice(0, parcel.length));
    return true;
  }
}
