/**
 * The constants and structures of <fcntl.h>, <sys/socket.h> and <sys/wait.h>, which each kind of system numbers and lays out in its own
 * way.
 */
interface Numbers {
  readonly F_GETLK: number;
  readonly F_SETLK: number;
  readonly F_SETLKW: number;
  readonly F_SETOWN: number;
  readonly F_UNLCK: number;
  readonly F_WRLCK: number;
  readonly O_ASYNC: number;
  readonly O_NONBLOCK: number;
  readonly P_PID: number;
  /** WEXITED | WNOWAIT: waits for the end of a child, and leaves it for the runtime to collect. */
  readonly WEXITED_NOWAIT: number;
  /** Where these are in a struct flock, in bytes. It begins nowhere with more than 32. */
  readonly flock: { readonly type: number; readonly start: number; readonly length: number; readonly pid: number };
  /** Where si_status is in a siginfo_t, in words. */
  readonly siginfoStatus: number;
  /** A struct sockaddr begins with its own length, and has one byte for its family after it, instead of two for that alone. */
  readonly sockaddrHasLength: boolean;
}

/** On every 64-bit architecture. */
const linux: Numbers = {
  F_GETLK: 5,
  F_SETLK: 6,
  F_SETLKW: 7,
  F_SETOWN: 8,
  F_UNLCK: 2,
  F_WRLCK: 1,
  O_ASYNC: 0o20000,
  O_NONBLOCK: 0o4000,
  P_PID: 1,
  WEXITED_NOWAIT: 0x0100_0004,
  flock: { type: 0, start: 8, length: 16, pid: 24 },
  siginfoStatus: 6,
  sockaddrHasLength: false,
};

const bsd = {
  F_SETOWN: 6,
  F_UNLCK: 2,
  F_WRLCK: 3,
  O_ASYNC: 0x40,
  O_NONBLOCK: 4,
  flock: { start: 0, length: 8, pid: 16, type: 20 },
  siginfoStatus: 5,
  sockaddrHasLength: true,
};

const byPlatform: Record<string, Numbers> = {
  linux,
  darwin: { ...bsd, F_GETLK: 7, F_SETLK: 8, F_SETLKW: 9, P_PID: 1, WEXITED_NOWAIT: 0x24 },
  freebsd: { ...bsd, F_GETLK: 11, F_SETLK: 12, F_SETLKW: 13, P_PID: 0, WEXITED_NOWAIT: 0x18 },
};

/** Whether this system is one whose numbers are known. */
export const isKnownSystem = process.platform in byPlatform;

export const numbers: Numbers = byPlatform[process.platform] ?? linux;
