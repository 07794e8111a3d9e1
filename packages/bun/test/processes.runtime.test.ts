/**
 * Behaviour of Bun that one would not expect and that concerns processes, in as few lines as show it; and the behaviour that they rely on.
 * When one of the first fails, Bun has mended it, and what the adapter does about it can go.
 */
import { describe, it } from "bun:test";
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { mapMemory } from "@heddle/process-host";
import { system } from "../src/processes/libc.js";
import { bunRuntime } from "../src/processes/runtime.js";
import { outputOf } from "./program.js";

const command = (name: string, ...args: string[]): string[] => [
  ...[process.execPath, "run", fileURLToPath(new URL(`runtime/${name}.ts`, import.meta.url))],
  ...args,
];

const GIBIBYTE = 2 ** 30;

describe("Bun", () => {
  it("hears nothing of a pipe that a socket was made of (oven-sh/bun#29141)", async () => {
    assert.deepEqual(await outputOf(command("pipes", "socket")), ["heard 0"]);
  });

  it("is kept alive by the stream of a pipe, which cannot be unreferenced (no issue yet)", async () => {
    const listening = Bun.spawn(command("pipes", "stream"), { stdout: "pipe" });
    await listening.stdout.getReader().read();
    // By when another one has come to its end, this one would have, too.
    await outputOf(command("pipes", "nothing"));
    assert.equal(listening.exitCode, null);
    listening.kill("SIGKILL");
    await listening.exited;
  });

  it("has a console that knows nothing of process.stdout, unlike Node's class of them (oven-sh/bun#37128)", async () => {
    const shown = ["1 of {", '  a: [ 2, "b" ],', "} Map(1) {", '  "c": 3,', "}"];
    // Adopted, it shows values as it did: Node's would have written { a: [ 2, 'b' ] } Map(1) { 'c' => 3 }.
    assert.deepEqual(await outputOf(command("console")), [...shown, JSON.stringify([`${shown.join("\n")}\n`, "\n"])]);
  });

  it("counts all that a buffer spans as memory in use, and puts off its garbage collections by that (no issue yet)", async () => {
    assert.deepEqual(await outputOf(command("spanned")), ["0 1"]);
  });
});

describe("the behaviour that processes on Bun rely on", () => {
  it("a signal tells of what comes into a pipe, and keeps no program from its end", async () => {
    assert.deepEqual(await outputOf(command("pipes", "signal")), ["heard"]);
  });

  it("counts lose nothing between processes, in mapped memory", async () => {
    assert.deepEqual(await outputOf(command("counting")), ["0 true true"]);
  });

  it("a buffer that grows finds what others have written where it grows to", () => {
    const first = mapMemory(bunRuntime, system, system.makeFile("growing"));
    const second = mapMemory(bunRuntime, system, first.fd, first.token);
    assert.equal(second.buffer.byteLength, 1 << 16);
    const sizes = [1 << 16, 1 << 20, 1 << 24];
    for (const bytes of sizes) {
      first.grow(bytes);
      new Int32Array(first.buffer, bytes - 4, 1)[0] = bytes;
    }
    assert.equal(second.buffer.byteLength, 1 << 24);
    assert.deepEqual(
      sizes.map((bytes) => new Int32Array(second.buffer, bytes - 4, 1)[0]),
      sizes,
    );
    second.grow(1 << 20);
    assert.equal(first.buffer.byteLength, 1 << 24);
    assert.ok(first.maxBytes >= 2 ** 26);
  });
});

describe("a program that uses processes", () => {
  it("does not use more memory for its garbage than others", async () => {
    const [line = ""] = await outputOf(command("garbage"));
    const [before = 0, after = 0] = line.split(" ").map(Number);
    assert.ok(after < before + GIBIBYTE / 4, line);
  });
});
