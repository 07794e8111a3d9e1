import type { Packet } from "../kernel/message/packet.js";

/*
 * A request is a list, and so is a reply. Their last part is the body of a packet (see kernel/message/packet.ts): of a list of arguments, or
 * of one value. References and blobs of the body stand beside the text.
 *
 *     request  slot, id, serial, mode, name, body             of the caller
 *     reply    serial, how, name, body                        the name of the home
 */

/** How to reach a caller: the body is its mailbox for replies. Comes before its first call. */
export const HELLO = 0;
/** The caller awaits a reply. */
export const CALL = 1;
/** It does not. */
export const POST = 2;

export const RETURNED = 0;
export const THREW = 1;
/** The endpoint was closed before the call began. */
export const REFUSED = 2;

export type Request = readonly [slot: number, id: number, serial: number, mode: number, name: string, body: unknown];

export type Reply = readonly [serial: number, how: number, name: string, body: unknown];

/** `packet` as the last part of a list that begins with these. */
export function packed(head: string, { text, blobs, references }: Packet): Packet {
  return { text: `[${head},${text}]`, blobs, references, transferables: undefined };
}
