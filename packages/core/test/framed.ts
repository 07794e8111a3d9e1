import { frameOf } from "../src/kernel/frame.js";
import type { Packet } from "../src/kernel/message/index.js";

/** Calls `use` with a packet's frame, and releases it. */
export function framed<R>(packet: Packet, use: (frame: Uint8Array) => R): R {
  const made = frameOf(packet);
  try {
    return use(made.frame);
  } finally {
    made.release();
  }
}
