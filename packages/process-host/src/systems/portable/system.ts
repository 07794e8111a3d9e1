import type { Native } from "../../runtime.js";
import { FIRST_INHERITED, type Place, type System } from "../system.js";
import { clearLeftFiles, unlinkedFile } from "../unlinked-file.js";
import type { PortablePosix } from "./calls.js";
import { endWithCreator, keepToOneself, makeLifeline } from "./lifeline.js";
import { loopback } from "./loopback.js";

export const PORTABLE = "portable";

/** What a process is told: all else it inherits. */
interface Birth {
  readonly creatorsBell: Place;
}

/**
 * Any POSIX system: files that have been unlinked. Every process inherits its descriptors of what it shares. For runtimes that can
 * pass descriptors on.
 */
export function portable(native: Native<PortablePosix>): System {
  const { posix } = native;
  const bells = loopback(native);
  let isFirstFile = true;
  return {
    name: PORTABLE,
    bells,
    makeFile() {
      // No process that was killed together with the whole program before has left anybody to do that.
      if (isFirstFile) clearLeftFiles();
      isFirstFile = false;
      return unlinkedFile();
    },
    handOn({ region, inbox, outbox, bell, creator }) {
      const { creators, childs } = makeLifeline(native);
      let isStarted = false;
      return {
        birth: { creatorsBell: creator.place } satisfies Birth,
        inherited: [region, inbox, outbox, bell.fd, childs],
        started(pid) {
          isStarted = true;
          posix.close(childs);
          return pid === undefined ? -1 : creators;
        },
        close(wasKilled) {
          if (wasKilled) clearLeftFiles();
          posix.close(creators);
          if (!isStarted) posix.close(childs);
        },
      };
    },
    receive(birth) {
      const [region, inbox, outbox, bell, lifeline] = [0, 1, 2, 3, 4].map((n) => FIRST_INHERITED + n) as [
        ...[number, number, number, number, number],
      ];
      for (const fd of [region, inbox, outbox, bell, lifeline]) keepToOneself(native, fd);
      if (!endWithCreator(native, lifeline)) return undefined;
      const creator = bells.find((birth as Birth).creatorsBell);
      return creator && { region, inbox, outbox, bell: bells.adopt(bell), creator };
    },
  };
}
