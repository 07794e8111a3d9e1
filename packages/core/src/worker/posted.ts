import type { Kernel } from "../kernel/kernel.js";
import type { OwnedPacket } from "../kernel/message/packet.js";
import type { PostedPacket } from "./boot.js";

/** A packet in the form in which it is posted, and what is moved with it. */
export function toPost(packet: OwnedPacket): { posted: PostedPacket; transfer: readonly object[] } {
  const { text, blobs, references, transferables } = packet;
  return {
    posted: { text, blobs, references, transferables: transferables?.values },
    transfer: transferables?.transfer ?? [],
  };
}

/** The objects of messages that this worker's creator has sent; the creator keeps them until this worker's end. */
export function openFromCreator(kernel: Kernel, { text, blobs, references, transferables }: PostedPacket): unknown {
  return kernel.codec.open({ body: JSON.parse(text), blobs, references }, transferables);
}

/** As {@link openFromCreator}, of the reason of a cancellation. Never throws. */
export function thrownFromCreator(kernel: Kernel, { text, blobs, references, transferables }: PostedPacket): unknown {
  return kernel.codec.openThrown({ body: JSON.parse(text), blobs, references }, transferables);
}

/** The objects of messages that a worker which this one started has sent, and handed over to it. */
export function openFromWorker(kernel: Kernel, { text, blobs, references, transferables }: PostedPacket): unknown {
  return kernel.codec.openAndRelease({ body: JSON.parse(text), blobs, references }, transferables);
}

/** As {@link openFromWorker}, of an error. Never throws: it would end this worker, as this is called by its event loop. */
export function thrownFromWorker(kernel: Kernel, { text, blobs, references, transferables }: PostedPacket): unknown {
  return kernel.codec.openThrownAndRelease({ body: JSON.parse(text), blobs, references }, transferables);
}

/** As {@link toPost}, for this worker's creator. */
export function handOver(kernel: Kernel, packet: OwnedPacket): ReturnType<typeof toPost> {
  kernel.codec.handToCreator(packet);
  return toPost(packet);
}
