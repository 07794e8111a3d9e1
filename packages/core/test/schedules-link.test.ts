import assert from "node:assert/strict";
import { it } from "vitest";
import { giveWay } from "./reference/explore.js";
import { BEFORE, OF_POOL, openLink, playLink } from "./reference/links.js";
import { runPaused } from "./reference/paused.js";
import { goOn, stopTheWorld } from "./reference/virtual.js";

it("schedules: a pool's worker takes calls and answers, paused at each access, while its pool posts, reads, cancels and takes back, or the reverse", async () => {
  let schedules = 0;
  for (const before of BEFORE) {
    for (const name of OF_POOL) {
      for (const order of [
        ["serve", name],
        [name, "serve"],
      ]) {
        await giveWay();
        for (let stop = 0, length = 0; stop <= length; stop++, schedules++)
          length = await playLink(before, order, [stop]);
      }
    }
  }
  console.log(`link: ${schedules} schedules`);
  assert.ok(schedules > 200);
}, 120_000);

it("schedules: a running call asks whether it is cancelled, while its pool that cancels it is paused at each access: it has the reason", async () => {
  const play = async (stop: number): Promise<number> => {
    stopTheWorld();
    try {
      const { operations, end, link, info, inNextTask } = openLink();
      const reason = (): unknown => (info.isCancelled ? info.signal.reason.message : "not yet");
      const [call] = link.inFlight;
      assert.ok(call);
      let length = 0;
      const heard: unknown[] = [];
      inNextTask(() => {
        const abort = { run: () => link.abort(call, new Error("enough")) };
        const ask = { run: () => void heard.push(reason()) };
        [length = 0] = runPaused([abort, ask], [stop]);
        ask.run();
      });
      operations.serve?.run();
      await end();
      // Not in the task, where an error would be its answer.
      assert.equal(heard.pop(), "enough");
      for (const each of heard) assert.ok(each === "enough" || each === "not yet", `before access ${stop}: ${each}`);
      return length;
    } finally {
      goOn();
    }
  };
  for (let stop = 0; (await play(stop)) > stop; stop++);
});
