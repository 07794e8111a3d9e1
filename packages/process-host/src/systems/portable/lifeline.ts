import { constants } from "node:os";
import { numbers } from "../../native/numbers.js";
import { pairOf } from "../../native/pair.js";
import { poll } from "../../native/poll.js";
import { cString, POLLIN } from "../../native/posix.js";
import type { Native } from "../../runtime.js";
import { AF_UNIX, F_SETFL, type PortablePosix, RTLD_LAZY, SOCK_STREAM } from "./calls.js";
import { keepToOneself } from "./descriptors.js";

/*
 * Between a process and its creator there is a pair of sockets through which nobody ever sends anything: the system closes each
 * one's end when it ends, however that happens, and the other one finds that there is something to read. Nobody else may have one.
 */

/** The ends of a process and of its creator. */
export interface Lifeline {
  readonly creators: number;
  readonly childs: number;
}

export function makeLifeline(native: Native<PortablePosix>): Lifeline {
  const [creators, childs] = pairOf(native, "a pair of sockets", (ends) =>
    native.posix.socketpair(AF_UNIX, SOCK_STREAM, 0, ends),
  );
  keepToOneself(native, creators);
  keepToOneself(native, childs);
  return { creators, childs };
}

/**
 * Has this process end when its creator does, even if it is busy and its event loop hears nothing: the system sends it a signal
 * then, for which the C library's `_exit` is there. False if the creator is no more.
 */
export function endWithCreator(native: Native<PortablePosix>, childs: number): boolean {
  const { posix } = native;
  posix.signal(constants.signals.SIGIO, addressOfExit(native));
  posix.setDescriptor(childs, numbers.F_SETOWN, process.pid);
  posix.setDescriptor(childs, F_SETFL, numbers.O_ASYNC);
  // It may have ended before that.
  return poll(posix, [{ fd: childs, events: POLLIN }], 0).length === 0;
}

/** Of all there is in C, it alone may be called in any state of a program, and takes what a signal's handler is given. */
function addressOfExit({ posix }: Native<PortablePosix>): number {
  // A system may pass the whole program as a constant of its own; this one is the same everywhere.
  const program = Number(posix.dlopen(0, RTLD_LAZY));
  return Number(posix.dlsym(program, cString("_exit")));
}
