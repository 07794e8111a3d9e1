import { constants } from "node:os";
import { lastError } from "../../errors.js";
import { keepToOneself } from "../../native/descriptors.js";
import { cString, SIGKILL } from "../../native/posix.js";
import type { Native } from "../../runtime.js";
import { dieWithCreator, makeLifeline, sever } from "../lifeline.js";
import { setAside } from "../set-aside.js";
import type { System } from "../system.js";
import { unlinkedFile } from "../unlinked-file.js";
import {
  FALLOC_FL_KEEP_SIZE,
  FALLOC_FL_PUNCH_HOLE,
  type LinuxPosix,
  MFD_CLOEXEC,
  PR_SET_PDEATHSIG,
  SYS_pidfd_open,
} from "./calls.js";
import { adopt, pipes, wakerAt } from "./pipes.js";

export const LINUX = "linux";

/** The data that a process is told: all else it inherits. */
interface LinuxStartup {
  /** Its process id. */
  readonly creator: number;
}

/**
 * Linux: files in memory, and pipes that other processes open through `/proc`. A process inherits the things that it shares with its
 * creator. Not even its children may open the descriptors of a process that has changed its user.
 */
export function linux(native: Native<LinuxPosix>): System {
  const { posix } = native;
  const bells = pipes(native);
  let areInMemory = true;
  return {
    name: LINUX,
    bells,
    makeFile(name) {
      const fd = posix.memfd_create(cString(`heddle ${name}`), MFD_CLOEXEC);
      if (fd >= 0) return fd;
      areInMemory = false;
      const { EMFILE, ENFILE, ENOMEM } = constants.errno;
      // Not every Linux allows it; but what it has no room for it has none for elsewhere.
      if (![EMFILE, ENFILE, ENOMEM].includes(native.errno())) return unlinkedFile();
      throw lastError(native, "Memory for processes cannot be had");
    },
    // Memory has no bounds of its own; the file on a disk that has replaced it does.
    setAside: (fd, position, bytes) => areInMemory || setAside(native, fd, position, bytes),
    giveBack(fd, position, bytes) {
      // Not every file system can.
      posix.fallocate(fd, FALLOC_FL_KEEP_SIZE | FALLOC_FL_PUNCH_HOLE, position, bytes);
    },
    prepareShare({ region, inbox, outbox, bell, creator }) {
      const { creators, childs } = makeLifeline(native);
      let open = [creators, childs];
      const close = (...fds: readonly number[]): void => {
        for (const fd of fds) if (open.includes(fd)) posix.close(fd);
        open = open.filter((fd) => !fds.includes(fd));
      };
      return {
        startup: { creator: process.pid } satisfies LinuxStartup,
        inherited: [region, inbox, outbox, bell.fd, writingEndOf(bell.address), writingEndOf(creator.address), childs],
        started(pid) {
          close(childs);
          if (pid === undefined) return -1;
          // Linux has it since 5.3. Where it does not, or there is no descriptor left, the lifeline tells.
          const ending = posix.syscall(SYS_pidfd_open, pid, 0);
          if (ending < 0) return creators;
          open.push(ending);
          return ending;
        },
        sever: () => sever(native, creators),
        close: () => close(...open),
      };
    },
    receive(startup, inherited) {
      for (const fd of inherited) keepToOneself(native, fd);
      const [region, inbox, outbox, reading, writing, creator, lifeline] = inherited as Inherited;
      posix.prctl(PR_SET_PDEATHSIG, SIGKILL);
      // A process that changes its user loses that. And its creator may have ended before.
      const isThere = dieWithCreator(native, lifeline) && posix.getppid() === (startup as LinuxStartup).creator;
      if (!isThere) return undefined;
      const bell = adopt(native, { reading, writing });
      return { region, inbox, outbox, bell, creator: wakerAt(native, creator) };
    },
  };
}

type Inherited = [number, number, number, number, number, number, number];

const writingEndOf = ([, fd]: readonly number[]): number => fd as number;
