import type { Kernel } from "../kernel/kernel.js";
import type { Packet } from "../kernel/message/packet.js";
import type { PostedPacket } from "./boot.js";

/** A packet in the form in which it is posted, and what is moved with it. */
export function toPost(packet: Packet): { posted: PostedPacket; transfer: readonly object[] } {
  const { text, blobs, bundle, parcel } = packet;
  return { posted: { text, blobs, bundle, parcel: parcel?.values }, transfer: parcel?.transfer ?? [] };
}

/** What this worker's creator has sent, who keeps what it refers to until this worker's end. */
export function openFromCreator(kernel: Kernel, { text, blobs, bundle, parcel }: PostedPacket): unknown {
  return kernel.codec.open({ body: JSON.parse(text), blobs, bundle }, parcel);
}

/** What a worker that this one started has sent, and handed over to it. */
export function takeFromWorker(kernel: Kernel, { text, blobs, bundle, parcel }: PostedPacket): unknown {
  return kernel.codec.take({ body: JSON.parse(text), blobs, bundle }, parcel);
}

/** As {@link toPost}, for this worker's creator. */
export function handOver(kernel: Kernel, packet: Packet): ReturnType<typeof toPost> {
  kernel.codec.handToCreator(packet);
  return toPost(packet);
}
