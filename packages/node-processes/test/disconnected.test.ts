import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { Event, Pool, Process, SendError, setExceptHook, tasksFrom, transfer } from "@heddle/node-processes";
import { afterEach, beforeEach, describe, it } from "vitest";

const { disconnect, disconnectAndConnect, disconnectLate, isClosed } = tasksFrom<
  typeof import("./fixtures/disconnects.mjs")
>(new URL("./fixtures/disconnects.mjs", import.meta.url));

describe("a process that has disconnected its process.send", () => {
  let server: Server;
  let port: number;
  const sockets: Socket[] = [];

  beforeEach(async () => {
    server = createServer((socket) => sockets.push(socket)).listen(0, "127.0.0.1");
    await once(server, "listening");
    port = (server.address() as AddressInfo).port;
  });
  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.destroy();
    server.close();
  });

  async function openSocket(): Promise<Socket> {
    const socket = connect(port, "127.0.0.1");
    sockets.push(socket);
    await once(socket, "connect");
    return socket;
  }

  const isSendError = (what: string) => (error: unknown) => {
    assert.ok(error instanceof SendError, String(error));
    assert.match(error.message, /disconnected/);
    assert.equal(error.path, what);
    return true;
  };

  it("cannot give an open socket back: its result is a SendError", async () => {
    const worker = new Process(disconnectAndConnect, { args: [port] }).start();
    await assert.rejects(worker.result, isSendError("result"));
    // It still has the socket, and lives as long as that is open.
    await worker.terminate();
  });

  it("cannot do so in a pool, either, which goes on with it", async () => {
    const pool = new Pool({ size: 1 });
    await assert.rejects(pool.run(disconnectAndConnect, port), isSendError("result"));
    await assert.rejects(pool.run(disconnectAndConnect, port), isSendError("result"));
    assert.equal(pool.stats.respawned, 0);
    // It still has the sockets, and would wait for their end.
    await pool.terminate();
  });

  it("hears that its pool is closed, and ends", async () => {
    const told: unknown[] = [];
    setExceptHook((error) => told.push(error));
    const pool = new Pool({ size: 1 });
    await pool.run(disconnect);
    await pool.close();
    // Told is who does not end by itself within the time that it has for that.
    assert.deepEqual(told, []);
  });

  it("is sent no socket: the call rejects with a SendError, and the socket stays its sender's", async () => {
    await using pool = new Pool({ size: 1 });
    await pool.run(disconnect);
    const socket = await openSocket();
    // The program hears of that in a turn of its own: until it has, its messages are lost on their way.
    while (await pool.run(isClosed, server).then(Boolean, () => false));
    await assert.rejects(pool.run(isClosed, transfer(socket, [socket])), isSendError("args"));
    assert.equal(socket.destroyed, false);
  });

  it("finds a socket closed that was on its way then, instead of waiting for it", async () => {
    await using pool = new Pool({ size: 1 });
    const [ready, go] = [new Event(), new Event()];
    const late = pool.run(disconnectLate, ready, go);
    await ready.wait();
    const socket = await openSocket();
    const closed = pool.run(isClosed, transfer(socket, [socket]));
    // By then it has been posted.
    await new Promise(setImmediate);
    go.set();
    await late;
    assert.equal(await closed, true);
  });
});
