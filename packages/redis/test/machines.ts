import { tasksFrom } from "heddle";
import { afterEach, beforeEach, describe } from "vitest";
import { type Cluster, connect } from "../dist/index.js";
import { Command, LEASE } from "./command.js";
import type * as tasksModule from "./programs/tasks.mjs";
import { program, TestServer, titled } from "./server.js";

const LIMIT = 120_000;
export const tasks = tasksFrom<typeof tasksModule>(new URL("programs/tasks.mjs", import.meta.url));

/** A server and a program of each test's own, and the machines that the test starts. */
export interface Scene {
  readonly server: TestServer;
  readonly cluster: Cluster;
  start(...more: string[]): Promise<Command>;
}

/** Declares tests of machines that run the tasks of a pool. `scene` is another in each test. */
export function describeMachines(title: string, declare: (scene: () => Scene) => void): void {
  describe.skipIf(program === undefined)(titled(title), { timeout: LIMIT }, () => {
    let scene: Scene;
    const commands: Command[] = [];

    beforeEach(async () => {
      const server = await TestServer.start("--appendonly", "no");
      const start = async (...more: string[]): Promise<Command> => {
        const command = await Command.start(server.url, ...more);
        commands.push(command);
        return command;
      };
      scene = { server, cluster: await connect({ url: server.url, lease: LEASE }), start };
    }, LIMIT);

    afterEach(async () => {
      for (const command of commands.splice(0)) await command.kill();
      await scene.cluster.close();
      await scene.server.stop();
    }, LIMIT);

    declare(() => scene);
  });
}
