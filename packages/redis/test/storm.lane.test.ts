import assert from "node:assert/strict";
import { tasksFrom } from "heddle";
import { describe, it } from "vitest";
import { connect } from "../dist/index.js";
import { Command } from "./command.js";
import type * as tasksModule from "./programs/tasks.mjs";
import { program, TestServer, titled } from "./server.js";

/** How many machines are killed; after each fourth, the server too. */
const KILLS = 12 * Number(process.env.HEDDLE_STRESS ?? 1);
/** How many calls are under way at any time. */
const AHEAD = 24;
const LIMIT = 300_000 * Number(process.env.HEDDLE_STRESS ?? 1);
const tasks = tasksFrom<typeof tasksModule>(new URL("programs/tasks.mjs", import.meta.url));

describe.skipIf(program === undefined)(
  titled("kills of machines and of the server under load"),
  { timeout: LIMIT },
  () => {
    it("every call ends with its own result, and nothing of it is left", async () => {
      const server = await TestServer.start("--appendonly", "yes", "--appendfsync", "always");
      // Only machines lose their lease: the submitter outlasts each restart of the server.
      const cluster = await connect({ url: server.url, lease: 60_000 });
      const pool = new cluster.Pool();
      const start = (): Promise<Command> => Command.start(server.url, "--size", "2");
      const machines = await Promise.all([start(), start(), start()]);
      let isOver = false;
      let done = 0;
      const submitter = async (): Promise<void> => {
        for (let n = 0; !isOver; n++) {
          assert.equal(await pool.submit(tasks.square, [n], { retries: Number.POSITIVE_INFINITY }), n * n);
          done++;
        }
      };
      const submitters = Promise.all(Array.from({ length: AHEAD }, submitter));
      const progress = async (): Promise<void> => {
        const before = done;
        while (done < before + AHEAD) {
          await Promise.race([submitters, new Promise((resolve) => setTimeout(resolve, 5))]);
        }
      };
      for (let kill = 0; kill < KILLS; kill++) {
        await progress();
        const victim = kill % machines.length;
        await (machines[victim] as Command).kill();
        if (kill % 4 === 3) {
          await server.kill();
          await server.restart();
        }
        machines[victim] = await start();
      }
      await progress();
      isOver = true;
      await submitters;
      // Machines that were killed are swept once their lease has passed.
      while ((await pool.size) > 2 * machines.length);
      assert.deepEqual([await pool.queued, await pool.running], [0, 0]);
      for (const machine of machines) machine.child.kill("SIGTERM");
      for (const machine of machines) assert.equal(await machine.ended(), 0);
      const keys = await server.keys("*:pool:*");
      assert.deepEqual(
        keys.filter((key) => !/:counts$/.test(key)),
        [],
      );
      await cluster.close();
      await server.stop();
    });
  },
);
