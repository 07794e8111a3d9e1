import type { Native } from "../runtime.js";
import { numbers } from "./numbers.js";
import { F_SETFD, F_SETFL, FD_CLOEXEC } from "./posix.js";

/** No process that is started inherits it, unless it is meant to. */
export const keepToOneself = ({ posix }: Native, fd: number): void => void posix.setDescriptor(fd, F_SETFD, FD_CLOEXEC);

/** Processes that are started inherit it, by its number. */
export const letInherit = ({ posix }: Native, fd: number): void => void posix.setDescriptor(fd, F_SETFD, 0);

/** A read or write that would take time fails with an error that says so. */
export const doNotBlock = ({ posix }: Native, fd: number): void =>
  void posix.setDescriptor(fd, F_SETFL, numbers.O_NONBLOCK);
