import { cString, SIGKILL } from "../../native/posix.js";
import type { Native } from "../../runtime.js";
import type { Place, System } from "../system.js";
import { unlinkedFile } from "../unlinked-file.js";
import {
  FALLOC_FL_KEEP_SIZE,
  FALLOC_FL_PUNCH_HOLE,
  type LinuxPosix,
  MFD_CLOEXEC,
  O_RDWR,
  PR_SET_PDEATHSIG,
  SYS_pidfd_open,
} from "./calls.js";
import { openOf } from "./elsewhere.js";
import { adopt, type Ends, endsOf, pipes } from "./pipes.js";

export const LINUX = "linux";

/**
 * What a process is told. All numbers but the first are descriptors of its creator's, by which it opens what they share
 * (`openOf`): no descriptor is inherited, as not every runtime can pass any on, and some would pass them on to everybody.
 */
interface Birth {
  readonly creator: number;
  readonly region: number;
  readonly inbox: number;
  readonly outbox: number;
  readonly bell: Ends;
  readonly creatorsBell: Place;
}

/** Linux: files in memory, each of which other processes open through `/proc`. */
export function linux(native: Native<LinuxPosix>): System {
  const { posix } = native;
  const bells = pipes(native);
  return {
    name: LINUX,
    bells,
    makeFile(name) {
      const fd = posix.memfd_create(cString(`heddle ${name}`), MFD_CLOEXEC);
      // Not every Linux allows it.
      return fd >= 0 ? fd : unlinkedFile();
    },
    giveBack(fd, position, bytes) {
      // Not every file system can.
      posix.fallocate(fd, FALLOC_FL_KEEP_SIZE | FALLOC_FL_PUNCH_HOLE, position, bytes);
    },
    handOn({ bell, creator, ...files }) {
      const birth: Birth = { creator: process.pid, ...files, bell: endsOf(bell), creatorsBell: creator.place };
      let ending = -1;
      return {
        birth,
        inherited: [],
        started(pid) {
          // Linux has it since 5.3.
          if (pid !== undefined) ending = posix.syscall(SYS_pidfd_open, pid, 0);
          return ending;
        },
        close() {
          if (ending >= 0) posix.close(ending);
        },
      };
    },
    receive(given) {
      const birth = given as Birth;
      posix.prctl(PR_SET_PDEATHSIG, SIGKILL);
      // It may have died before that.
      if (posix.getppid() !== birth.creator) return undefined;
      const [region, inbox, outbox] = [birth.region, birth.inbox, birth.outbox].map((fd) =>
        openOf(native, birth.creator, fd, O_RDWR),
      );
      const bell = adopt(native, birth.creator, birth.bell);
      const creator = bells.find(birth.creatorsBell);
      const isThere = region !== undefined && inbox !== undefined && outbox !== undefined;
      return isThere && bell && creator ? { region, inbox, outbox, bell, creator } : undefined;
    },
  };
}
