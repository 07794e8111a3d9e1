import { numbers } from "../../native/numbers.js";
import type { Native } from "../../runtime.js";
import { F_SETFD, F_SETFL, FD_CLOEXEC, type PortablePosix } from "./calls.js";

/** No process that is started inherits it, unless it is meant to. */
export const keepToOneself = ({ posix }: Native<PortablePosix>, fd: number): void =>
  void posix.setDescriptor(fd, F_SETFD, FD_CLOEXEC);

/** Whoever reads from it or writes to it is told when that would take time. */
export const doNotBlock = ({ posix }: Native<PortablePosix>, fd: number): void =>
  void posix.setDescriptor(fd, F_SETFL, numbers.O_NONBLOCK);
