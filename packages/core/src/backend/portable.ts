/**
 * Values as bytes, and checks of arguments, for packages whose objects do not live in shared memory: `@heddle/redis` is one.
 *
 * @module
 */
import { SendError } from "../contracts/errors.js";
import { frameOf, unframe } from "../kernel/frame.js";
import {
  type Arrived,
  type CodecHost,
  type Items,
  type Packet,
  pack,
  packThrown,
  unpack,
  unpackItems,
  unpackThrown,
} from "../kernel/message/index.js";
import { unreadable } from "../kernel/message/unpack.js";
import { type Attempt, attemptOf, packAttempt } from "../pool/wire/attempt.js";

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
export { type Attempted, failed as failedOutcome, outcomeOf, sendInParts } from "../pool/sending.js";
export { type Chunk, checkIterable, Stream } from "../pool/stream.js";
export type { Attempt } from "../pool/wire/attempt.js";
export { failureIn } from "../pool/wire/attempt.js";
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
 * @param first - Of a list that is a part of a longer one: the place of its first item there, for paths.
 * @throws SendError, with a path that begins with `root`, if something in the value cannot be sent.
 */
export const packPortable = (value: unknown, root: string, first?: number): Uint8Array =>
  framed(pack(host, value, { root, hasNoTransfers: true, borrows: true, ...(first === undefined ? {} : { first }) }));

/** As {@link packPortable}, of something thrown: without the parts that cannot be sent. */
export const packThrownPortable = (thrown: unknown): Uint8Array => framed(packThrown(host, thrown));

/** As {@link packPortable}, of an attempt. The first result that cannot be sent fails in its place, and those before it are sent. */
export const packAttemptPortable = (attempt: Attempt, first: number): Uint8Array =>
  packAttempt(
    {
      pack: (each) => packPortable(each, "result", first),
      throws: throwsPacked,
      sendable: (thrown) => unpackThrownPortable(packThrownPortable(thrown)),
    },
    attempt,
    first,
  );

function throwsPacked(result: unknown): boolean {
  try {
    pack(host, result, { root: "result", hasNoTransfers: true, isForMany: true });
    return false;
  } catch (error) {
    return !(error instanceof SendError);
  }
}

function framed(packet: Packet): Uint8Array {
  const made = frameOf(packet);
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
export const unpackPortable = (bytes: Uint8Array): unknown => unpack(host, arrivedIn(bytes));

/** As {@link unpackPortable}, of something thrown: without the parts that cannot be made here. It throws for what is no message alone. */
export const unpackThrownPortable = (bytes: Uint8Array): unknown => unpackThrown(host, arrivedIn(bytes));

/** As {@link unpackPortable}, of a list whose items are of use without one another. */
export const unpackItemsPortable = (bytes: Uint8Array): Items => unpackItems(host, arrivedIn(bytes));

/** The attempt that {@link packAttemptPortable} made these bytes of. A result that cannot be made here fails in its place. */
export const unpackAttemptPortable = (bytes: Uint8Array): unknown[] => attemptOf(unpackItemsPortable(bytes));

function arrivedIn(bytes: Uint8Array): Arrived {
  const { body, blobs, referenceSets } = unframe(bytes);
  return { body, blobs, references: referenceSets[0] };
}
