import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import { type Contract, failsWith, tasksOf } from "../suite.js";
import type * as sockets from "../tasks/sockets.js";

/** Handles of the operating system: open sockets, and servers. */
export const handles: Contract = (suite) => {
  const { describe, it, adapter } = suite;
  const tasks = tasksOf<typeof sockets>(suite, "sockets");

  /** A server, with its port. */
  async function listen(): Promise<{ server: Server; port: number }> {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    return { server, port: (server.address() as { port: number }).port };
  }

  /** Both ends of a new connection. */
  async function connection(server: Server, port: number): Promise<{ near: Socket; far: Socket }> {
    const near = connect(port, "127.0.0.1");
    const [far] = (await once(server, "connection")) as [Socket];
    return { near, far };
  }

  async function allOf(socket: Socket): Promise<string> {
    let text = "";
    for await (const part of socket) text += String(part);
    return text;
  }

  describe("a handle of the operating system", () => {
    if (suite.capabilities.sendsHandles) {
      it("sendsHandles: an open socket is moved to a pool's worker, and to a worker with its arguments", async () => {
        const pool = new adapter.Pool({ size: 1 });
        const { server, port } = await listen();
        const first = await connection(server, port);
        const served = pool.run(tasks.greet, adapter.transfer(first.far, [first.far]));
        assert.equal(await allOf(first.near), "hello");
        await served;
        const second = await connection(server, port);
        const worker = new adapter.Worker(tasks.greet, { args: [adapter.transfer(second.far, [second.far])] }).start();
        assert.equal(await allOf(second.near), "hello");
        await worker.result;
        server.close();
        await pool.close();
      });

      it("sendsHandles: data that comes through a socket while it is on its way is the worker's", async () => {
        const { server, port } = await listen();
        const { near, far } = await connection(server, port);
        const worker = new adapter.Worker(tasks.answer, { args: [adapter.transfer(far, [far])] }).start();
        // It takes longer to start than this takes to come.
        near.end("early");
        assert.equal(await allOf(near), "early");
        await worker.result;
        server.close();
      });

      it("sendsHandles: a socket of which something was read here is refused", async () => {
        const pool = new adapter.Pool({ size: 1 });
        const { server, port } = await listen();
        const { near, far } = await connection(server, port);
        near.write("read");
        await once(far, "readable");
        const read = await failsWith("HEDDLE_SEND", () => pool.run(tasks.greet, adapter.transfer(far, [far])));
        assert.match(read.message, /read here/);
        for (const end of [near, far]) end.destroy();
        server.close();
        await pool.close();
      });

      it("sendsHandles: a socket that a worker opened is moved to its creator", async () => {
        const pool = new adapter.Pool({ size: 1 });
        const { server, port } = await listen();
        const accepted = once(server, "connection") as Promise<[Socket]>;
        const [near] = await pool.run(tasks.connectTo, adapter.adapter.url, port, 1);
        const [far] = await accepted;
        far.end("hello");
        assert.ok(near);
        assert.equal(await allOf(near), "hello");
        server.close();
        await pool.close();
      });

      it("sendsHandles: a worker does not end before all the sockets that it gives back are on their way", async () => {
        const { server, port } = await listen();
        server.on("connection", (far) => far.once("data", () => far.end("hello")));
        const worker = new adapter.Worker(tasks.connectTo, { args: [adapter.adapter.url, port, 3] }).start();
        const sockets = await worker.result;
        for (const near of sockets) near.write("hello?");
        assert.deepEqual(await Promise.all(sockets.map(allOf)), ["hello", "hello", "hello"]);
        await worker.join();
        server.close();
      });

      it("sendsHandles: a server is shared: the worker that listens longest answers", async () => {
        const { server, port } = await listen();
        const has = new adapter.Event();
        const worker = new adapter.Worker(tasks.greetNext, { args: [server, has] }).start();
        await has.wait();
        server.close();
        await once(server, "close");
        assert.equal(await allOf(connect(port, "127.0.0.1")), "hello");
        await worker.result;
      });

      it("sendsHandles: a socket has to be marked, open, and goes by no queue", async () => {
        const pool = new adapter.Pool({ size: 1 });
        const { server, port } = await listen();
        const { near, far } = await connection(server, port);
        const unmarked = await failsWith("HEDDLE_SEND", () => pool.run(tasks.greet, far));
        assert.match(unmarked.message, /transfer/);
        await failsWith("HEDDLE_SEND", () => new adapter.Queue<unknown>().put(adapter.transfer(far, [far])));
        for (const end of [near, far]) end.destroy();
        await once(far, "close");
        const closed = await failsWith("HEDDLE_SEND", () => pool.run(tasks.greet, adapter.transfer(far, [far])));
        assert.match(closed.message, /closed/);
        server.close();
        await pool.close();
      });
    } else {
      it("sendsHandles: an open socket or a server cannot be sent", async () => {
        const pool = new adapter.Pool({ size: 1 });
        const { server, port } = await listen();
        const { near, far } = await connection(server, port);
        await failsWith("HEDDLE_SEND", () => pool.run(tasks.greet, adapter.transfer(far, [far])));
        await failsWith("HEDDLE_SEND", () => pool.run(tasks.greetNext, server, new adapter.Event()));
        for (const end of [near, far]) end.destroy();
        server.close();
        await pool.close();
      });
    }
  });
};
