import { constants } from "node:os";
import { keepToOneself } from "../native/descriptors.js";
import { numbers } from "../native/numbers.js";
import { pairOf } from "../native/pair.js";
import { poll } from "../native/poll.js";
import { AF_UNIX, cString, F_SETFL, POLLIN, SIGKILL, SOCK_STREAM } from "../native/posix.js";
import type { Native } from "../runtime.js";
import { F_SETSIG } from "./linux/calls.js";
import { type PortablePosix, RTLD_LAZY } from "./portable/calls.js";

/*
 * Between a process and its creator there is a pair of sockets. The system closes a process's end when it ends, in any way, and the other
 * process finds that there is something to read. Nobody else may have one. A byte from the creator ends the process.
 */

/** The ends of a process and of its creator. */
export interface Lifeline {
  readonly creators: number;
  readonly childs: number;
}

export function makeLifeline(native: Native): Lifeline {
  const [creators, childs] = pairOf(native, "a pair of sockets", (ends) =>
    native.posix.socketpair(AF_UNIX, SOCK_STREAM, 0, ends),
  );
  keepToOneself(native, creators);
  keepToOneself(native, childs);
  return { creators, childs };
}

/**
 * Has this process end when its creator does, even if it is busy and its event loop hears nothing. The system sends it a signal then, whose
 * handler is the C library's `_exit`. False if the creator is no more.
 */
export function exitWithCreator(native: Native<PortablePosix>, childs: number): boolean {
  native.posix.signal(constants.signals.SIGIO, addressOfExit(native));
  return watch(native, childs);
}

/** As {@link exitWithCreator}, on Linux, where one says which signal it is to be. It comes whatever user this process is then. */
export function dieWithCreator(native: Native, childs: number): boolean {
  native.posix.setDescriptor(childs, F_SETSIG, SIGKILL);
  return watch(native, childs);
}

/** Ends the process at the other end, also where this one may not send it signals. */
export const sever = ({ posix }: Native, creators: number): void => void posix.write(creators, Uint8Array.of(0), 1);

function watch({ posix }: Native, childs: number): boolean {
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
