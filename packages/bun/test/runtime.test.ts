/**
 * Behaviour of Bun that one would not expect, in as few lines as show it. Each test holds today; when one fails, Bun has mended it, and
 * what the adapter does about it (see the link) can go.
 */
import { describe, it } from "bun:test";
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { MessageChannel } from "node:worker_threads";
import { outputOf } from "./program.js";

const file = (name: string): string => fileURLToPath(new URL(`runtime/${name}`, import.meta.url));

/** The events that a worker's creator hears, up to and including the one that `last` names. */
async function hear(deed: string, last: string): Promise<string[]> {
  const heard: string[] = [];
  const { promise: isOver, resolve } = Promise.withResolvers<void>();
  const worker = new Worker(file("worker.ts"), { data: deed } as Bun.WorkerOptions);
  const note = (event: string, what: unknown): void => {
    heard.push(`${event}: ${what}`);
    if (event === last) resolve();
  };
  worker.addEventListener("message", ({ data }) => note("message", data));
  worker.addEventListener("error", ({ error }) => note("error", error));
  worker.addEventListener("close", ({ code }) => note("close", code));
  await isOver;
  worker.terminate();
  return heard;
}

/** The same outside of `bun test`, whose workers differ. */
const hearOutside = (deed: string): Promise<string[]> => outputOf([process.execPath, "run", file("creator.ts"), deed]);

describe("Bun", () => {
  it("gives a worker's creator no error, but its text (oven-sh/bun#23473)", async () => {
    assert.deepEqual(await hearOutside("throwAtOnce"), ["error: null", "close: 1"]);
  });

  it("does not notice what is rejected in the last turn of a worker (oven-sh/bun#42032)", async () => {
    assert.deepEqual(await hearOutside("rejectInTheLastTurn"), ["close: 0"]);
  });

  it("within `bun test`, calls no listener of a worker that dies of an error, and ends it with 0 (oven-sh/bun#36445)", async () => {
    assert.deepEqual(await hear("throwThoughSomebodyListens", "close"), ["error: null", "close: 0"]);
    assert.deepEqual(await hearOutside("throwThoughSomebodyListens"), ["message: heard: thrown", "close: 0"]);
  });

  it("keeps a worker alive that listens to its creator, even if it says that it need not be (oven-sh/bun#11760)", async () => {
    const worker = new Worker(file("worker.ts"), { data: "listenAndUnreference" } as Bun.WorkerOptions);
    const next = (type: "message" | "close"): Promise<string> =>
      new Promise((resolve) => worker.addEventListener(type, () => resolve(type)));
    assert.equal(await next("message"), "message");
    // By when another one has come to its end, this one would have, too.
    await hear("nothing", "close");
    const answer = Promise.race([next("message"), next("close")]);
    worker.postMessage("still there?");
    assert.equal(await answer, "message");
    worker.terminate();
  });

  it("does not stop a worker that runs its exit listeners (no issue yet)", async () => {
    const go = new Int32Array(new SharedArrayBuffer(4));
    const worker = new Worker(file("last-words.ts"), { data: go } as Bun.WorkerOptions);
    let hasClosed = false;
    const close = new Promise<void>((resolve) => {
      worker.addEventListener("close", () => {
        hasClosed = true;
        resolve();
      });
    });
    await new Promise((resolve) => worker.addEventListener("message", resolve));
    worker.terminate();
    // By when another one has come to its end, this one would have, too.
    await hear("nothing", "close");
    assert.equal(hasClosed, false);
    Atomics.store(go, 0, 1);
    Atomics.notify(go, 0);
    await close;
  });

  it("closes a port that somebody waits at when the other one is collected (oven-sh/bun#32562)", async () => {
    assert.deepEqual(await hear("waitForAPortWhosePeerIsGone", "close"), ["message: closed", "close: 0"]);
  });

  it("takes what follows a dot in a data: URL for the extension of a file (oven-sh/bun#32057)", async () => {
    const source = encodeURIComponent("export default Math.sqrt(9)");
    const { default: asIs } = await import(`data:text/javascript,${source}`);
    const { default: escaped } = await import(`data:text/javascript,${source.replaceAll(".", "%2E")}`);
    assert.deepEqual([typeof asIs, escaped], ["string", 3]);
  });
});

describe("the behaviour that the adapter relies on, which Bun's types do not mention", () => {
  it("a worker's data and what is moved in it, as node:worker_threads has them", async () => {
    const { port1, port2 } = new MessageChannel();
    const bytes = new Uint8Array([1, 2, 3]);
    const options = { data: { bytes, port: port2 }, transferList: [bytes.buffer, port2] };
    const arrived = new Promise((resolve) => port1.on("message", resolve));
    new Worker(file("echo.ts"), options as Bun.WorkerOptions);
    assert.deepEqual([await arrived, bytes.length], [[1, 2, 3], 0]);
    port1.close();
  });

  it("a worker that is told to stop has stopped when it closes, even if it was busy", async () => {
    for (const deed of ["spin", "block"]) {
      const counter = new Int32Array(new SharedArrayBuffer(8));
      const worker = new Worker(file("busy.ts"), { data: { deed, counter } } as Bun.WorkerOptions);
      await new Promise((resolve) => worker.addEventListener("message", resolve));
      const hasClosed = new Promise<CloseEvent>((resolve) => worker.addEventListener("close", resolve));
      worker.terminate();
      assert.equal((await hasClosed).code, 1);
      const count = Atomics.load(counter, 0);
      // Were it still at it, it would get far in the time of collecting all garbage.
      Bun.gc(true);
      assert.equal(Atomics.load(counter, 0), count);
    }
  });
});
