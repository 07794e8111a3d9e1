import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { Process, tasksFrom } from "@heddle/node-processes/cluster";
import { describe, it } from "vitest";

const { answerOnce, listenAt } = tasksFrom<typeof import("./fixtures/listens.mjs")>(
  new URL("./fixtures/listens.mjs", import.meta.url),
);

describe("a process of a cluster", () => {
  it("lives as long as it listens, and ends by itself after that", async () => {
    const worker = new Process(answerOnce).start();
    const port = await worker.result;
    const response = await fetch(`http://127.0.0.1:${port}`);
    assert.equal(await response.text(), `from ${worker.pid}`);
    await worker.join();
    assert.equal(worker.exitCode, 0);
  });

  it("fails, and ends, if it cannot listen", async () => {
    const taken = createServer().listen(0, "127.0.0.1");
    await once(taken, "listening");
    const worker = new Process(listenAt, { args: [(taken.address() as AddressInfo).port] }).start();
    await assert.rejects(worker.result, { code: "EADDRINUSE" });
    await worker.join();
    assert.equal(worker.exitCode, 1);
    taken.close();
  });

  it("shares its port with others of the same cluster", async () => {
    const [a, b] = [new Process(answerOnce).start(), new Process(answerOnce).start()];
    const ports = [await a.result, await b.result];
    assert.equal(ports[0], ports[1]);
    const texts = [];
    for (const port of ports) texts.push(await (await fetch(`http://127.0.0.1:${port}`)).text());
    assert.deepEqual(texts.sort(), [`from ${a.pid}`, `from ${b.pid}`].sort());
    await a.join();
    await b.join();
  });
});
