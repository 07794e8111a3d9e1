import assert from "node:assert/strict";
import { outputOf, program } from "./program.ts";
import { describe, it } from "./runner.ts";

interface Usage {
  readonly at: number;
  readonly cpu: number;
  readonly wakeUps: number;
}

describe("a pool that is idle", () => {
  it("uses no CPU, leaves no timer running, and does not keep the program from its end", async () => {
    const command = new Deno.Command(Deno.execPath(), { args: program("idle-pool"), stdin: "piped", stdout: "piped" });
    const idle = command.spawn();
    const questions = idle.stdin.getWriter();
    const answers = idle.stdout.pipeThrough(new TextDecoderStream()).getReader();
    const used = async (): Promise<Usage> => {
      await questions.write(new TextEncoder().encode("what have you used?\n"));
      const { value = "" } = await answers.read();
      return JSON.parse(value);
    };
    // As long as other programs take here and now.
    const whileOthersRun = async (): Promise<void> => {
      for (const other of ["never-closed", "outlived", "exits"]) await outputOf(program(other));
    };
    // The runtime tidies up only once after the pool's work is done; a timer goes on.
    await whileOthersRun();
    const before = await used();
    await whileOthersRun();
    const after = await used();
    await questions.close();
    assert.equal((await idle.status).code, 0);
    await answers.cancel();
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
