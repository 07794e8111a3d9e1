import type { HandleWay } from "./runtime.js";

/*
 * Handles of the operating system, such as open sockets, go their own way, if the runtime has one. The message that they belong to goes
 * its usual way and leaves their places in its parcel empty: its receiver waits for as many handles as there are places. Both ways keep
 * their order, so the first handle that comes belongs in the first place.
 */

/** The parcels in a message of core's: in it, or in one of its parts. Where nothing else can be posted, they hold handles alone. */
function parcelsIn(message: unknown): unknown[][] {
  const parts = [message, ...Object.values(Object(message))] as ({ parcel?: unknown } | null | undefined)[];
  return parts.flatMap((part) => (Array.isArray(part?.parcel) ? [part.parcel as unknown[]] : []));
}

/** Takes the handles out of a message. What comes through them from now on is their receiver's. */
export function takeHandles(way: HandleWay | undefined, message: unknown): unknown[] {
  const handles = parcelsIn(message).flatMap((parcel) => parcel.splice(0, parcel.length, ...parcel.map(() => null)));
  for (const handle of handles) way?.stop(handle);
  return handles;
}

/** Handles that have come, for the messages that wait for them. */
export class Handles {
  readonly #arrived: unknown[] = [];

  add(handle: unknown): void {
    this.#arrived.push(handle);
  }

  /** Puts handles into the places of a message; false if not all of them have come. */
  putInto(message: unknown): boolean {
    const parcels = parcelsIn(message);
    if (parcels.reduce((places, parcel) => places + parcel.length, 0) > this.#arrived.length) return false;
    for (const parcel of parcels) parcel.splice(0, parcel.length, ...this.#arrived.splice(0, parcel.length));
    return true;
  }
}
