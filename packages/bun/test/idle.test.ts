import { describe, it } from "bun:test";
import assert from "node:assert/strict";
import { outputOf, program } from "./program.js";

interface Usage {
  readonly at: number;
  readonly cpu: number;
  readonly wakeUps: number;
}

describe("a pool that is idle", () => {
  it("uses no CPU and leaves no timer running", async () => {
    let hear = (_: unknown): void => {};
    const next = (): Promise<unknown> =>
      new Promise((resolve) => {
        hear = resolve;
      });
    const isIdle = next();
    const idle = Bun.spawn(program("idle-pool"), { ipc: (message) => hear(message), stderr: "inherit" });
    const used = (): Promise<Usage> => {
      const answer = next();
      idle.send("what have you used?");
      return answer as Promise<Usage>;
    };
    assert.equal(await isIdle, "idle");
    // As long as other programs take here and now.
    const whileOthersRun = async (): Promise<void> => {
      for (const other of ["never-closed", "outlived", "exits"]) await outputOf(program(other));
    };
    // The runtime tidies up only once after the pool's work is done; a timer goes on.
    await whileOthersRun();
    const before = await used();
    await whileOthersRun();
    const after = await used();
    idle.disconnect();
    assert.equal(await idle.exited, 0);
    const period = after.at - before.at;
    // One spinning thread takes a whole CPU, or its share of a busy machine; sleeping ones take none of either.
    assert.ok(after.cpu - before.cpu < period / 5, `used ${after.cpu - before.cpu} ms of CPU in ${period} ms`);
    // A polling timer takes little CPU, but wakes its thread over and over. Nothing here is due but the message.
    assert.ok(
      after.wakeUps - before.wakeUps < 20 + period / 20,
      `woke ${after.wakeUps - before.wakeUps} times in ${period} ms`,
    );
  });
});
