import assert from "node:assert/strict";
import { closeSync } from "node:fs";
import { describe, it } from "vitest";
import { mapMemory } from "../src/memory.js";
import { dieWithCreator, exitWithCreator, makeLifeline } from "../src/systems/lifeline.js";
import { portable } from "../src/systems/portable/system.js";
import { faulty, inTurn, makers, real } from "./natives.js";

const GIBIBYTE = 2 ** 30;

describe("memory", () => {
  it("is as much as the system has room for", ({ onTestFinished }) => {
    const runtime = faulty({ mmap: (_address, bytes) => (bytes > GIBIBYTE ? "ENOMEM" : undefined) });
    // Functions of C tell of this by another number than most.
    const mmap: typeof runtime.posix.mmap = (...values) => {
      const address = runtime.posix.mmap(...values);
      return address === -1 ? 2n ** 64n - 1n : address;
    };
    const system = portable(real);
    const fd = system.makeFile("region");
    onTestFinished(() => closeSync(fd));
    assert.equal(mapMemory({ ...runtime, posix: { ...runtime.posix, mmap } }, system, fd).maxBytes, GIBIBYTE);
  });

  it("that cannot be had says why", ({ onTestFinished }) => {
    const system = portable(real);
    const fd = system.makeFile("region");
    onTestFinished(() => closeSync(fd));
    const runtime = faulty({ ftruncate: () => "ENOSPC" });
    assert.throws(() => mapMemory(runtime, system, fd), { code: "HEDDLE_SYSTEM", message: /ENOSPC.*TMPDIR/ });
  });

  it("on a full disk is refused before it is written to, and had when there is room", ({ onTestFinished }) => {
    const asked: [from: number, bytes: number][] = [];
    const results = inTurn<"EINTR" | "ENOSPC" | undefined>(undefined, "EINTR", "ENOSPC");
    const runtime = faulty({
      fallocate(_fd, _mode, position, bytes) {
        asked.push([position, bytes]);
        return results();
      },
    });
    const system = portable(runtime);
    const fd = system.makeFile("region");
    onTestFinished(() => closeSync(fd));
    const { setAside } = mapMemory(runtime, system, fd);
    setAside?.(1 << 20);
    assert.throws(() => setAside?.(2 << 20), { code: "HEDDLE_SYSTEM", message: /ENOSPC.*TMPDIR/ });
    setAside?.(2 << 20);
    setAside?.(1 << 20);
    const MIB = 1 << 20;
    assert.deepEqual(asked, [
      [0, MIB],
      [MIB, MIB],
      [MIB, MIB],
      [MIB, MIB],
    ]);
  });

  it("is had where its file system cannot set anything aside", ({ onTestFinished }) => {
    const runtime = faulty({ fallocate: () => "EOPNOTSUPP" });
    const system = portable(runtime);
    const fd = system.makeFile("region");
    onTestFinished(() => closeSync(fd));
    mapMemory(runtime, system, fd).setAside?.(1 << 20);
  });

  it("takes nobody for dead because the system does not know", ({ onTestFinished }) => {
    const system = portable(real);
    const fd = system.makeFile("region");
    onTestFinished(() => closeSync(fd));
    const { liveness } = mapMemory(faulty({ fcntl: () => "ENOLCK" }), system, fd);
    assert.throws(() => liveness.hasDied(1), /ENOLCK/);
    assert.throws(() => liveness.claim(1), /ENOLCK/);
  });
});

for (const make of makers) {
  describe(`a file (${make.name})`, () => {
    it("that is not to be had for lack of descriptors says so, and is nowhere else either", () => {
      const runtime = faulty({ memfd_create: () => "EMFILE" });
      const system = make(runtime);
      if (system.name === "linux")
        assert.throws(() => system.makeFile("any"), { code: "HEDDLE_SYSTEM", message: /ulimit -n/ });
    });

    it("is in the folder for temporary files where memory has none; a user that cannot write there is told what to do", () => {
      const system = make(faulty({ memfd_create: () => "ENOSYS" }));
      closeSync(system.makeFile("any"));
      const before = process.env.TMPDIR;
      process.env.TMPDIR = "/nowhere";
      try {
        assert.throws(() => system.makeFile("any"), { code: "HEDDLE_SYSTEM", message: /\/nowhere.*ENOENT.*TMPDIR/ });
      } finally {
        if (before === undefined) delete process.env.TMPDIR;
        else process.env.TMPDIR = before;
      }
    });
  });
}

describe("a lifeline", () => {
  it("tells that the creator is no more", () => {
    for (const isThere of [dieWithCreator, exitWithCreator]) {
      const { creators, childs } = makeLifeline(real);
      closeSync(creators);
      assert.equal(isThere(real, childs), false);
      closeSync(childs);
    }
  });
});
