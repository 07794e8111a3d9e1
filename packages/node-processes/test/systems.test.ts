import assert from "node:assert/strict";
import { execFileSync, fork, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { BELL, MESSAGE, OwnBell } from "@heddle/process-host";
import { describe, it } from "vitest";
import { isRunning } from "../../../scripts/processes.mjs";
import { systemNamed } from "../src/posix.js";
import { nodeRuntime } from "../src/runtime.js";

/** The output of the fixture: the kinds of the descriptors of a process, and of its creator. */
function descriptors(env: NodeJS.ProcessEnv): string[] {
  const program = fileURLToPath(new URL("fixtures/descriptors.mjs", import.meta.url));
  const printed = execFileSync(process.execPath, [program], { encoding: "utf8", env: { ...process.env, ...env } });
  return JSON.parse(printed) as string[];
}

/** More than any bell holds. */
const WAKES = 1 << 17;

/** The id of a process that has ended. */
const ended = (): number => spawnSync("true").pid;

describe("Linux", () => {
  it("has files in memory", () => {
    const files = descriptors({ HEDDLE_PROCESSES: undefined });
    assert.ok(files.some((file) => file.startsWith("/memfd:heddle")));
    assert.ok(!files.some((file) => file.includes("/heddle-")));
  });

  it("does, if it is told to, with no more than any POSIX system has: processes too that have another environment", () => {
    const files = descriptors({ HEDDLE_PROCESSES: "portable" });
    assert.ok(files.some((file) => /\/heddle-\d+-.* \(deleted\)$/.test(file)));
    assert.ok(!files.some((file) => file.startsWith("/memfd:heddle")));
  });
});

describe("any POSIX system", () => {
  it("clears away the files of processes that were killed before they had done so, and of nobody else", () => {
    const folder = mkdtempSync(join(tmpdir(), "systems-"));
    const names = { left: `heddle-${ended()}-left`, used: `heddle-${process.pid}-used`, other: "heddle-of-somebody" };
    for (const name of Object.values(names)) writeFileSync(join(folder, name), "");
    descriptors({ HEDDLE_PROCESSES: "portable", TMPDIR: folder });
    assert.deepEqual(readdirSync(folder).sort(), [names.used, names.other].sort());
    rmSync(folder, { recursive: true });
  });
});

for (const name of ["linux", "portable"]) {
  describe(`a process (${name})`, () => {
    it("whose creator is killed before it has begun ends, too", async ({ onTestFinished }) => {
      const program = fileURLToPath(new URL("fixtures/leaves.mjs", import.meta.url));
      const creator = spawn(process.execPath, [program], {
        stdio: ["ignore", "pipe", "inherit"],
        env: { ...process.env, HEDDLE_PROCESSES: name },
      });
      const [line] = await once(createInterface(creator.stdout), "line");
      const pid = Number(line);
      onTestFinished(() => void (isRunning(pid) && process.kill(pid, "SIGKILL")));
      creator.kill("SIGKILL");
      while (isRunning(pid)) await new Promise(setImmediate);
    });
  });

  describe(`a bell (${name})`, () => {
    /** Rings until nothing more can be heard, and then says that there is a message. */
    function fill(): OwnBell {
      const own = new OwnBell(nodeRuntime(fork), systemNamed(name).bells.make());
      for (let n = 0; n < WAKES; n++) own.bell.waker.wake(BELL);
      own.bell.waker.wake(MESSAGE);
      return own;
    }

    it("that is full when there is a message tells its event loop of that all the same", async () => {
      const own = fill();
      // It keeps no event loop alive.
      const alive = setInterval(() => {}, 1000);
      await new Promise<void>((resolve) => {
        own.inboxReaders.add(resolve);
        own.listen();
      });
      clearInterval(alive);
    });

    it("that is full when there is a message tells a process of that, too, which blocks meanwhile", async () => {
      const own = fill();
      let isRead = false;
      own.inboxReaders.add(() => {
        isRead = true;
      });
      for (let turns = 0; !isRead && turns < WAKES; turns++) {
        own.poll(0, []);
        await new Promise(setImmediate);
      }
      assert.ok(isRead);
    });
  });
}
