export { registerClass } from "./classes.js";
export { briefly, calledFrom, callSite, graftStack, report, withCallersStack } from "./errors.js";
export { type PackOptions, pack, packThrown } from "./pack.js";
export type { Host, Packet, Parcel, TaskName, ViewName } from "./packet.js";
export { refuseToSend } from "./sendable.js";
export { markTransfer } from "./transfer.js";
export { type Arrived, unpack } from "./unpack.js";
