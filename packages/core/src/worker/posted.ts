import type { Kernel } from "../kernel/kernel.js";
import type { Packet } from "../kernel/message/packet.js";
import type { PostedPacket } from "./boot.js";

/** A packet in the form in which it is posted, and what is moved with it. */
export function toPost(packet: Packet): { posted: PostedPacket; transfer: readonly object[] } {
  const { text, blobs, handles, parcel } = packet;
  return { posted: { text, blobs, handles, parcel: parcel?.values }, transfer: parcel?.transfer ?? [] };
}

export function openPosted(kernel: Kernel, { text, blobs, handles, parcel }: PostedPacket): unknown {
  return kernel.unpack(JSON.parse(text), blobs, handles, parcel);
}
