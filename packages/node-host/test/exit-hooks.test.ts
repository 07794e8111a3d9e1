import assert from "node:assert/strict";
import { afterEach, beforeEach, expect, it } from "vitest";
import { aroundExitHooks } from "../src/exit-hooks.js";

type Exits = NodeJS.Process & { reallyExit: (code?: number) => void };

const { emit, reallyExit } = process as Exits;
const listeners = process.listeners("exit");
let told: string[];

beforeEach(() => {
  told = [];
  process.removeAllListeners("exit");
  const exit = (code?: number): never => {
    told.push(`exits with ${code}`);
    throw new Error("nothing comes after an exit");
  };
  Object.assign(process, { reallyExit: exit });
  aroundExitHooks(
    (exitCode) => told.push(`the end with ${exitCode}`),
    () => told.push("begins"),
  );
});

afterEach(() => {
  process.removeAllListeners("exit");
  for (const listener of listeners) process.on("exit", listener);
  Object.assign(process, { emit, reallyExit });
});

it("the end comes after the last exit hook", () => {
  process.on("exit", () => told.push("first"));
  process.on("exit", () => told.push("last"));
  process.emit("exit", 7);
  assert.deepEqual(told, ["begins", "first", "last", "the end with 7"]);
});

it("the end comes where a hook throws", () => {
  process.once("exit", () => assert.fail("a hook"));
  expect(() => process.emit("exit", 0)).toThrow("a hook");
  assert.deepEqual(told, ["begins", "the end with 0"]);
});

it("the end comes before a hook ends the process at once, which nothing comes after", () => {
  process.once("exit", () => (process as Exits).reallyExit(3));
  expect(() => process.emit("exit", 0)).toThrow("nothing comes after an exit");
  assert.deepEqual(told, ["begins", "the end with 3", "exits with 3"]);
});
