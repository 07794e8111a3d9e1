/**
 * Values as bytes, and checks of arguments, for packages whose objects do not live in shared memory: `@heddle/redis` is one.
 *
 * @module
 */
import { frameOf, unframe } from "../kernel/frame.js";
import { type CodecHost, pack, unpack } from "../kernel/message/index.js";
import { unreadable } from "../kernel/message/unpack.js";

export { nameClass } from "../contracts/error.js";
export { beginAtOnce, callSite, type Site } from "../contracts/frames.js";
export { rangeError, typeError } from "../contracts/wrong-use.js";
export { checkInteger, checkNumber, checkOptions, checkType, describe } from "../kernel/arguments.js";
export { graftStack } from "../kernel/message/index.js";
export { refuseToSend } from "../kernel/message/refusal.js";
export { limitsOf, type WaitLimits } from "../kernel/waiting.js";
export { isFinal } from "../pool/attempts.js";
export { mapOver } from "../pool/map.js";
export { checkRunOptions } from "../pool/options.js";
export { failed as failedOutcome, outcomeOf } from "../pool/sending.js";
export { type Chunk, checkIterable, Stream } from "../pool/stream.js";
export { ARRAYS, checkScalar, checkType as checkScalarType, isBig, zeroOf } from "../shared/scalars.js";

const nothingIsShared = (): never => {
  throw unreadable("it refers to objects of one program");
};

/** A host without a region. The objects of a program's own shared memory refuse to be packed, as they do for another adapter. */
const host: CodecHost = {
  isShared: () => false,
  makeReferenceSet: nothingIsShared,
  openReferenceSet: nothingIsShared,
  sharedOf: () => undefined,
  viewOf: nothingIsShared,
  isRegion: () => false,
  nameOfTask: () => undefined,
  taskOfName: nothingIsShared,
};

/**
 * The value as bytes that {@link unpackPortable} reads on any machine.
 *
 * @throws SendError, with a path that begins with `root`, if something in the value cannot be sent.
 */
export function packPortable(value: unknown, root: string): Uint8Array {
  const made = frameOf(pack(host, value, { root, hasNoTransfers: true, borrows: true }));
  try {
    return made.frame.slice();
  } finally {
    made.release();
  }
}

/**
 * The value that {@link packPortable} made these bytes of.
 *
 * @throws HeddleError for bytes that it did not make.
 */
export function unpackPortable(bytes: Uint8Array): unknown {
  const { body, blobs, referenceSets } = unframe(bytes);
  return unpack(host, { body, blobs, references: referenceSets[0] });
}
