/**
 * Behaviour of Deno's workers that one would not expect, in as few lines as show it. Each test holds today; when one fails, Deno has mended
 * it, and what the adapter does about it (in life.ts or spawn.ts) can go.
 */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { MessageChannel } from "node:worker_threads";
import { outputOf } from "./program.ts";
import { describe, it } from "./runner.ts";

const file = (name: string): URL => new URL(`faults/${name}.ts`, import.meta.url);

/** A worker that is given two words and a port; `isGone` once its thread is no more. */
function start(deed: string, hear: (what: string) => void): { worker: Worker; isGone: Promise<void> } {
  const worker = new Worker(file("worker"), { type: "module", name: deed });
  for (const type of ["error", "close", "exit", "unload"]) {
    worker.addEventListener(type, (event) => {
      event.preventDefault();
      hear(`${type}: ${(event as ErrorEvent).error}`);
    });
  }
  const { port1, port2 } = new MessageChannel();
  port1.on("message", hear);
  const port = port2 as unknown as MessagePort;
  worker.postMessage({ words: new Int32Array(new SharedArrayBuffer(8)), port }, [port]);
  return { worker, isGone: new Promise((resolve) => port1.on("close", resolve)) };
}

/** The events that a worker's creator hears of it, until it is gone. */
async function hear(deed: string): Promise<string[]> {
  const heard: string[] = [];
  const { worker, isGone } = start(deed, (what) => heard.push(what));
  await isGone;
  worker.terminate();
  return heard;
}

describe("Deno", () => {
  it("survives the first SIGSEGV that it is sent", async () => {
    const { stdout, signal } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--allow-run", fileURLToPath(file("segv"))],
    }).output();
    assert.deepEqual([new TextDecoder().decode(stdout), signal], ["goes on after it was sent once\n", "SIGSEGV"]);
  });

  it("does not say that a worker has ended (whatwg/html#5869)", async () => {
    assert.deepEqual(await hear("close"), []);
  });

  it("does not say that a port was closed, unless Node's module is there (denoland/deno#21964)", async () => {
    const closed = await outputOf(["run", fileURLToPath(file("port"))]);
    const closedWithNode = await outputOf(["run", fileURLToPath(file("port")), "node:worker_threads"]);
    assert.deepEqual([closed, closedWithNode], [[], ["closed"]]);
  });

  it("gives a worker's creator no error, but its text", async () => {
    assert.deepEqual(await hear("throw"), ["error: null"]);
  });

  it("has no way to unreference a worker, but a method under a symbol without a name", () => {
    assert.equal("unref" in Worker.prototype, false);
    const symbols = Object.getOwnPropertySymbols(Worker.prototype);
    assert.equal(symbols.filter(({ description }) => description === undefined).length, 1);
  });

  it("goes on after an import of a module whose last statement is Deno.exit()", async () => {
    assert.deepEqual(await hear("importExit"), ["it goes on"]);
  });

  it("does not end a worker that has nothing left to do (denoland/deno#22629)", async () => {
    let isIdleGone = false;
    const { worker, isGone } = start("nothing", () => {});
    isGone.then(() => {
      isIdleGone = true;
    });
    // By when another one has come to its end, this one would have, too.
    await hear("close");
    assert.equal(isIdleGone, false);
    worker.terminate();
    await isGone;
  });

  for (const deed of ["spin", "block"]) {
    it(`never stops a terminated worker that does not look up: ${deed} (denoland/deno#35657)`, async () => {
      const program = ["run", "--allow-all", fileURLToPath(file("terminate")), deed, "exit"];
      assert.deepEqual(await outputOf(program), ["goes on after terminate"]);
    });
  }
});
