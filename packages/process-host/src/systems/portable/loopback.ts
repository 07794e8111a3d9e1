import { constants } from "node:os";
import { lastError } from "../../errors.js";
import { doNotBlock, keepToOneself } from "../../native/descriptors.js";
import { numbers } from "../../native/numbers.js";
import { SOCK_DGRAM } from "../../native/posix.js";
import type { Native } from "../../runtime.js";
import { type Bell, type BellAddress, type Bells, bytesOf, type Waker } from "../system.js";
import { AF_INET, type PortablePosix } from "./calls.js";

/*
 * A bell is a socket for datagrams at a port of 127.0.0.1, to which anyone can send without having anything of its owner's. Processes
 * cannot open each other's descriptors everywhere, and all other things that can be found have a path, and would be left behind. Its
 * address:
 *
 *     word 0   the port
 *
 * A port may become another's once its owner is no more. Then a byte comes there that does no harm.
 */

/** struct sockaddr_in: a family, a port and an address, the latter two with their first byte first. */
const SOCKADDR_BYTES = 16;
const PORT = 2;
const ADDRESS = 4;
const LOCALHOST = 0x7f_00_00_01;

/** So many of these datagrams are in the smallest buffer: Linux's holds 277, FreeBSD's 600. */
const SMALLEST_BUFFER = 64;

export interface Loopback extends Bells {
  find(place: BellAddress): Waker;
  /** A bell that somebody else has made, by its descriptor. */
  adopt(fd: number): Bell;
}

export function loopback(native: Native<PortablePosix>): Loopback {
  const { posix } = native;
  // From the start: a process that has no descriptors left can wake others all the same.
  const sending = openSocket(native);
  const wakerAt = (port: number): Waker => {
    const address = addressOf(port);
    return {
      wake(what) {
        if (posix.sendto(sending, bytesOf[what], 1, 0, address, address.length) === 1) return true;
        const { EAGAIN, EINTR, ENOBUFS, ENOMEM } = constants.errno;
        return ![EAGAIN, EINTR, ENOBUFS, ENOMEM].includes(native.errno());
      },
      close() {},
    };
  };
  const adopt = (fd: number): Bell => {
    // One that was inherited may have become one that blocks on its way: https://github.com/libuv/libuv/blob/v1.x/src/unix/process.c
    doNotBlock(native, fd);
    const port = portOf(native, fd);
    return {
      fd,
      carries: "datagrams",
      address: [port],
      holds: SMALLEST_BUFFER,
      waker: wakerAt(port),
      close: () => void posix.close(fd),
    };
  };
  return {
    adopt,
    make() {
      const fd = openSocket(native);
      const any = addressOf(0);
      try {
        if (posix.bind(fd, any, any.length) !== 0) throw lastError(native, "A process cannot have a port of 127.0.0.1");
        return adopt(fd);
      } catch (error) {
        posix.close(fd);
        throw error;
      }
    },
    // Every process can send to a port.
    own: () => undefined,
    find: ([port]) => wakerAt(port as number),
  };
}

function openSocket(native: Native<PortablePosix>): number {
  const fd = native.posix.socket(AF_INET, SOCK_DGRAM, 0);
  if (fd < 0) throw lastError(native, "Heddle cannot open a socket for a process");
  keepToOneself(native, fd);
  doNotBlock(native, fd);
  return fd;
}

function addressOf(port: number): Uint8Array<ArrayBuffer> {
  const address = new DataView(new ArrayBuffer(SOCKADDR_BYTES));
  if (numbers.sockaddrHasLength) address.setUint16(0, (SOCKADDR_BYTES << 8) | AF_INET);
  else address.setUint16(0, AF_INET, true);
  address.setUint16(PORT, port);
  address.setUint32(ADDRESS, LOCALHOST);
  return new Uint8Array(address.buffer);
}

function portOf(native: Native<PortablePosix>, fd: number): number {
  const address = new DataView(new ArrayBuffer(SOCKADDR_BYTES));
  const length = new Uint8Array(Uint32Array.of(SOCKADDR_BYTES).buffer);
  if (native.posix.getsockname(fd, new Uint8Array(address.buffer), length) !== 0)
    throw lastError(native, "Heddle cannot find the port of a process");
  return address.getUint16(PORT);
}
