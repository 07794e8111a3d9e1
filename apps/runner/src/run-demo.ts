import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TraceEvent } from "@heddle/core";
import { commandOf } from "./backends.js";
import type { Demo } from "./demos.js";

export interface Run {
  readonly exitCode: number | null;
  readonly seconds: number;
  /** In the order in which they were told. */
  readonly events: readonly TraceEvent[];
}

/** Runs a demo as a user does, with its output shown as it comes, and gathers what its workers tell. */
export async function runDemo(demo: Demo): Promise<Run> {
  const folder = await mkdtemp(join(tmpdir(), "heddle-"));
  const file = join(folder, "timeline.jsonl");
  try {
    const start = performance.now();
    const [command = "", ...options] = commandOf(demo);
    const child = spawn(command, options, {
      stdio: "inherit",
      env: { ...process.env, HEDDLE_TIMELINE: file },
    });
    const [exitCode] = (await once(child, "close")) as [number | null];
    const seconds = (performance.now() - start) / 1000;
    return { exitCode, seconds, events: await readEvents(file) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function readEvents(file: string): Promise<TraceEvent[]> {
  // A program that fails early has told nothing.
  const text = await readFile(file, "utf8").catch(() => "");
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as TraceEvent);
}
