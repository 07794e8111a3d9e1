import assert from "node:assert/strict";
import { closeSync } from "node:fs";
import { describe, it } from "vitest";
import { numbers } from "../src/native/numbers.js";
import { POLLIN, SIGKILL } from "../src/native/posix.js";
import { F_SETSIG, PR_SET_PDEATHSIG } from "../src/systems/linux/calls.js";
import { MESSAGE, type System } from "../src/systems/system.js";
import { descriptors, faulty, makers, real } from "./natives.js";

/** Where a struct pollfd has the events that have happened. */
const RETURNED = 6;

/** The things that are shared with a process. */
function shareOf(system: System) {
  const files = {
    region: system.makeFile("region"),
    inbox: system.makeFile("inbox"),
    outbox: system.makeFile("outbox"),
  };
  const [bell, creator] = [system.bells.make(), system.bells.make()];
  return {
    share: { ...files, bell, creator },
    close() {
      for (const fd of Object.values(files)) closeSync(fd);
      bell.close();
      creator.close();
    },
  };
}

/** A system in which this process can play the one that was started: nothing ends it. */
function asStarted(make: (typeof makers)[number], { creator = process.pid, isThere = true } = {}) {
  const asked: unknown[] = [];
  const system = make(
    faulty({
      prctl: (option, signal) => asked.push({ option, signal }),
      getppid: () => creator,
      signal: () => 0,
      setDescriptor(_fd, command, value) {
        if (command === F_SETSIG) asked.push({ command, value });
        // Nobody is sent a signal.
        return command === F_SETSIG || command === numbers.F_SETOWN ? 0 : undefined;
      },
      poll(fds) {
        new DataView(fds.buffer).setInt16(RETURNED, isThere ? 0 : POLLIN, true);
        return isThere ? 0 : 1;
      },
    }),
  );
  return { system, asked };
}

for (const make of makers) {
  const here = make(real);
  describe(`the things that a process shares with its creator (${make.name})`, () => {
    it("arrive as what they are, in the order in which they are inherited", ({ onTestFinished }) => {
      const { share, close } = shareOf(here);
      onTestFinished(close);
      const prepared = here.prepareShare(share);
      const startup = JSON.parse(JSON.stringify(prepared.startup));
      const received = asStarted(make).system.receive(startup, prepared.inherited);
      const { region, inbox, outbox } = received ?? {};
      assert.deepEqual({ region, inbox, outbox }, { region: share.region, inbox: share.inbox, outbox: share.outbox });
      assert.equal(received?.bell.fd, share.bell.fd);
      assert.deepEqual(received?.bell.address, share.bell.address);
      // The creator's bell, by its waker.
      received?.creator.wake(MESSAGE);
      const read = new Uint8Array(2);
      assert.deepEqual([real.posix.read(share.creator.fd, read, 2), read[0]], [1, MESSAGE]);
      prepared.close(false);
    });

    it("are nothing to a process whose creator is no more", ({ onTestFinished }) => {
      const { share, close } = shareOf(here);
      onTestFinished(close);
      const prepared = here.prepareShare(share);
      const { system } = asStarted(make, { isThere: false });
      assert.equal(system.receive(prepared.startup, prepared.inherited), undefined);
      prepared.close(false);
    });

    it("are closed once, whether it was started or not", ({ onTestFinished }) => {
      const { share, close } = shareOf(here);
      onTestFinished(close);
      for (const pid of [undefined, process.pid]) {
        const before = descriptors();
        const prepared = here.prepareShare(share);
        const ending = prepared.started(pid);
        assert.equal(ending >= 0, pid !== undefined);
        prepared.close(false);
        assert.deepEqual(descriptors(), before);
      }
    });
  });
}

describe("on Linux", () => {
  const [linux] = makers;

  it("a process ends with its creator by two ways, of which one outlives a change of its user", ({
    onTestFinished,
  }) => {
    const { share, close } = shareOf(linux(real));
    onTestFinished(close);
    const prepared = linux(real).prepareShare(share);
    const { system, asked } = asStarted(linux);
    system.receive(prepared.startup, prepared.inherited);
    assert.deepEqual(asked, [
      { option: PR_SET_PDEATHSIG, signal: SIGKILL },
      { command: F_SETSIG, value: SIGKILL },
    ]);
    prepared.close(false);
  });

  it("a process that another one has taken over is not its creator's any more", ({ onTestFinished }) => {
    const { share, close } = shareOf(linux(real));
    onTestFinished(close);
    const prepared = linux(real).prepareShare(share);
    assert.equal(asStarted(linux, { creator: 1 }).system.receive(prepared.startup, prepared.inherited), undefined);
    prepared.close(false);
  });
});
