import { Socket as Datagrams } from "node:dgram";
import { Server, Socket } from "node:net";
import type { FateOfHandle } from "@heddle/core";

/*
 * Handles of the operating system, such as open sockets, go through the channel of child_process, which hands their descriptors on. The
 * message that they belong to goes its usual way and leaves their places in its parcel empty: its receiver waits for as many handles as
 * there are places. Both ways keep their order, so the first handle that comes belongs in the first place.
 */

/** One end of child_process's channel. */
export interface Channel {
  readonly connected?: boolean;
  send?(message: object, handle: Handle): boolean;
  on(event: "internalMessage", listener: (message: unknown, handle: unknown) => void): unknown;
}

export type Handle = Server | Socket | Datagrams;

/** Node keeps messages with this prefix from the program's own listeners: https://nodejs.org/api/child_process.html#subprocesssendmessage-sendhandle-options-callback */
const COMMAND = "NODE_HEDDLE_HANDLE";

export function fateOfHandle(object: object): FateOfHandle | undefined {
  const isSocket = object instanceof Socket;
  if (!isSocket && !(object instanceof Server) && !(object instanceof Datagrams)) return undefined;
  // Of datagrams Node does not say so; sending them tells.
  if (Reflect.get(object, "_handle") === null) return "closed";
  return isSocket ? "moved" : "shared";
}

/** The parcels in a message of core's: in it, or in one of its parts. */
function parcelsIn(message: unknown): unknown[][] {
  const parts = [message, ...Object.values(Object(message))] as ({ parcel?: unknown } | null | undefined)[];
  return parts.flatMap((part) => (Array.isArray(part?.parcel) ? [part.parcel as unknown[]] : []));
}

/** Takes the handles out of a message's parcels. */
export function takeHandles(message: unknown): Handle[] {
  return parcelsIn(message).flatMap((parcel) => parcel.splice(0, parcel.length, ...parcel.map(() => null)) as Handle[]);
}

export function sendHandles(channel: Channel, handles: readonly Handle[]): void {
  for (const handle of handles) channel.send?.({ cmd: COMMAND }, handle);
}

/** Handles that have come through a channel, for the messages that wait for them. */
export class Handles {
  readonly #arrived: unknown[] = [];

  constructor(channel: Channel, onArrival: () => void) {
    channel.on("internalMessage", (message, handle) => {
      if ((message as { cmd?: unknown } | null)?.cmd !== COMMAND) return;
      // A socket whose other end closed it on its way does not arrive: here it is closed, too.
      this.#arrived.push(handle ?? new Socket().destroy());
      onArrival();
    });
  }

  /** Puts handles into the places of a message; false if not all of them have come. */
  putInto(message: unknown): boolean {
    const parcels = parcelsIn(message);
    if (parcels.reduce((places, parcel) => places + parcel.length, 0) > this.#arrived.length) return false;
    for (const parcel of parcels) parcel.splice(0, parcel.length, ...this.#arrived.splice(0, parcel.length));
    return true;
  }
}
