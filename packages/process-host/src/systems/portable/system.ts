import { keepToOneself } from "../../native/descriptors.js";
import type { Native } from "../../runtime.js";
import { exitWithCreator, makeLifeline, sever } from "../lifeline.js";
import { setAside } from "../set-aside.js";
import type { BellAddress, System } from "../system.js";
import { clearLeftFiles, unlinkedFile } from "../unlinked-file.js";
import type { PortablePosix } from "./calls.js";
import { loopback } from "./loopback.js";

export const PORTABLE = "portable";

/** The data that a process is told: all else it inherits. */
interface PortableStartup {
  readonly creatorsBell: BellAddress;
}

/** The descriptors that it inherits, in this order. */
const INHERITED = ["region", "inbox", "outbox", "bell", "lifeline"] as const;
type Inherited = (typeof INHERITED)[number];

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
    setAside: (fd, position, bytes) =>
      posix.fallocate === undefined ||
      setAside({ ...native, posix: { fallocate: posix.fallocate } }, fd, position, bytes),
    // A file on a disk is no memory: its writer shortens the file.
    giveBack() {},
    prepareShare({ bell, creator, ...files }) {
      const { creators, childs } = makeLifeline(native);
      const descriptors: Record<Inherited, number> = { ...files, bell: bell.fd, lifeline: childs };
      let open = [creators, childs];
      const close = (...fds: readonly number[]): void => {
        for (const fd of fds) if (open.includes(fd)) posix.close(fd);
        open = open.filter((fd) => !fds.includes(fd));
      };
      return {
        startup: { creatorsBell: creator.address } satisfies PortableStartup,
        inherited: INHERITED.map((name) => descriptors[name]),
        started(pid) {
          close(childs);
          return pid === undefined ? -1 : creators;
        },
        sever: () => sever(native, creators),
        close(wasKilled) {
          if (wasKilled) clearLeftFiles();
          close(...open);
        },
      };
    },
    receive(startup, inherited) {
      for (const fd of inherited) keepToOneself(native, fd);
      const inherit = (name: Inherited): number => inherited[INHERITED.indexOf(name)] as number;
      if (!exitWithCreator(native, inherit("lifeline"))) return undefined;
      return {
        region: inherit("region"),
        inbox: inherit("inbox"),
        outbox: inherit("outbox"),
        bell: bells.adopt(inherit("bell")),
        creator: bells.find((startup as PortableStartup).creatorsBell),
      };
    },
  };
}
