import { constants } from "node:os";
import { TextEncoder } from "node:util";
import { lastError } from "../../errors.js";
import { numbers } from "../../native/numbers.js";
import { poll } from "../../native/poll.js";
import { AF_UNIX, F_SETFL, POLLOUT, SOCK_DGRAM } from "../../native/posix.js";
import type { Native } from "../../runtime.js";
import { bytesOf, type Waker, type WakeSocket } from "../system.js";
import { F_SETSIG, type LinuxPosix, MSG_DONTWAIT, O_CLOEXEC } from "./calls.js";

/*
 * A pipe is opened through its owner's /proc/<pid>/fd. That takes a descriptor, which this process may have none left for. It also takes
 * the right to open it, which only root has once a process has changed its user or is hidden from others (hidepid). So each bell has a
 * second way in: a socket for datagrams, in the namespace that has no files. Its name is made of the pipe's inode. Nobody else's has that
 * name while the pipe is there, and sending there takes neither.
 *
 * Anybody on this machine may send there, for nothing. The event loop hears of it by a signal, as not all runtimes listen to such a
 * socket.
 */

/** It does nothing to a process that does not listen to it. */
const SIGNAL = "SIGURG";

const { F_SETOWN, O_ASYNC, O_NONBLOCK } = numbers;

export class WakeSockets {
  readonly #native: Native<LinuxPosix>;
  /** The socket by which this process sends. */
  #sending: number | undefined;

  constructor(native: Native<LinuxPosix>) {
    this.#native = native;
  }

  /** Opens the wake socket of this process's own bell. Undefined where the system allows no such sockets. */
  open(inode: bigint): WakeSocket | undefined {
    const { posix } = this.#native;
    const fd = posix.socket(AF_UNIX, SOCK_DGRAM | O_CLOEXEC | O_NONBLOCK, 0);
    if (fd < 0) {
      // Without descriptors nothing goes; elsewhere it is the pipe or nothing.
      const { EMFILE, ENFILE } = constants.errno;
      if ([EMFILE, ENFILE].includes(this.#native.errno())) throw lastError(this.#native, "A socket cannot be opened");
      return undefined;
    }
    this.#sending = fd;
    const name = nameOf(inode);
    if (posix.bind(fd, name, name.length) !== 0) return undefined;
    const bytes = new Uint8Array(1);
    return {
      fd,
      heard() {
        let heard = false;
        while (posix.read(fd, bytes, bytes.length) >= 0) heard = true;
        return heard;
      },
      listen(hear) {
        process.on(SIGNAL, hear);
        posix.setDescriptor(fd, F_SETOWN, process.pid);
        posix.setDescriptor(fd, F_SETSIG, constants.signals[SIGNAL]);
        posix.setDescriptor(fd, F_SETFL, O_NONBLOCK | O_ASYNC);
      },
    };
  }

  /** A waker for the wake socket of any bell. */
  wakerAt(inode: bigint): Waker {
    const { posix } = this.#native;
    const name = nameOf(inode);
    return {
      wake: (what) => {
        if (this.#sending === undefined) return false;
        if (posix.sendto(this.#sending, bytesOf[what], 1, MSG_DONTWAIT, name, name.length) === 1) return true;
        const { EAGAIN, ECONNREFUSED } = constants.errno;
        const errno = this.#native.errno();
        // Nobody has it any more.
        if (errno === ECONNREFUSED) return true;
        // Either it is full, or what others have not read yet takes up all that this socket may have on its way.
        return errno === EAGAIN && poll(posix, [{ fd: this.#sending, events: POLLOUT }], 0).length > 0;
      },
      close() {},
    };
  }
}

/** A struct sockaddr_un: a family, a zero, and what follows. */
const nameOf = (inode: bigint): Uint8Array<ArrayBuffer> =>
  Uint8Array.of(AF_UNIX, 0, 0, ...new TextEncoder().encode(`heddle-${BigInt.asUintN(64, inode)}`));
