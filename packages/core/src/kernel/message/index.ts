export { registerClass } from "./classes.js";
export { briefly, calledFrom, callSite, graftStack, report, withCallersStack } from "./errors.js";
export { type PackOptions, pack, packGraph, packThrown } from "./pack.js";
export type { Host, Packet, Parcel, TaskName, ViewName } from "./packet.js";
export { packList, packPlain } from "./plain.js";
export { refuseToSend } from "./sendable.js";
export { markTransfer } from "./transfer.js";
export { type Arrived, unpack } from "./unpack.js";
