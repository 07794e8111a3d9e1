import { pack, packGraph, packThrown } from "./pack.js";
import type { PackOptions } from "./pack-options.js";
import { packList, packPlain } from "./plain.js";
import { type Arrived, type Items, unpack, unpackItems, unpackThrown } from "./unpack.js";

export { registerClass } from "./classes.js";
export {
  admitError,
  briefly,
  graftStack,
  report,
} from "./errors.js";
export type { CodecHost, OwnedPacket, Packet, TaskName, Transferables, ViewName } from "./packet.js";
export { refuseToSend } from "./refusal.js";
export { markTransfer } from "./transfer.js";
export {
  type Arrived,
  type Items,
  type PackOptions,
  pack,
  packGraph,
  packList,
  packPlain,
  packThrown,
  unpack,
  unpackItems,
  unpackThrown,
};
