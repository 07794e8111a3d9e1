import type { Posix } from "./posix.js";

/** struct pollfd: a descriptor, the events to wait for, the events that have happened. */
const POLLFD_BYTES = 8;
const EVENTS = 4;
const RETURNED = 6;

/** The most that poll takes. */
const LONGEST_MS = 2 ** 31 - 1;

/** A descriptor, and what is waited for there. One below 0 is passed over. */
export interface Polled {
  readonly fd: number;
  readonly events: number;
}

/** Blocks until something has happened at one of the descriptors, a signal was caught, or `timeout` ms have passed; says where. */
export function poll<T extends Polled>(posix: Posix, polled: readonly T[], timeout: number): T[] {
  const fds = new DataView(new ArrayBuffer(polled.length * POLLFD_BYTES));
  for (const [i, { fd, events }] of polled.entries()) {
    fds.setInt32(i * POLLFD_BYTES, fd, true);
    fds.setInt16(i * POLLFD_BYTES + EVENTS, events, true);
  }
  const ms = timeout > LONGEST_MS ? -1 : Math.ceil(timeout);
  if (posix.poll(new Uint8Array(fds.buffer), polled.length, ms) <= 0) return [];
  return polled.filter((_, i) => fds.getInt16(i * POLLFD_BYTES + RETURNED, true) !== 0);
}
