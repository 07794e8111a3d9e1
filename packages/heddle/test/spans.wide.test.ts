import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { it } from "vitest";
import { execute } from "../../../scripts/packing.mjs";
import { binary, startedBy } from "../../../scripts/programs.mjs";
import { type Runtime, runtimesOfLane } from "./processes.js";

const programs = fileURLToPath(new URL("programs/opentelemetry/", import.meta.url));
const OTEL = join(programs, "otel.mjs");
/** The ceiling for a program that starts six workers, one after another: the machine may be busy. */
const HANG = 90_000;
/** How a program is run that is preloaded by a module. */
const commands = {
  Node: [...startedBy.Node, "--import", OTEL],
  Bun: [...startedBy.Bun, "--preload", OTEL],
  Deno: [binary("deno"), "run", "--allow-all", "--preload", OTEL],
};
/** Where a preloaded module is not loaded in threads: there the tasks' module imports it. */
const PRELOADS_NO_THREADS: readonly string[] = ["Bun", "Deno"];
const ofLane = Object.entries(commands).filter(([runtime]) => runtimesOfLane.includes(runtime as Runtime));

interface Written {
  readonly name: string;
  readonly status: { readonly code: number; readonly message?: string };
  readonly traceId: string;
  readonly spanId: string;
  readonly parent?: string;
}

/** The spans of the program, each after those that it stands under; `/` where they are not the program's. */
async function spansOf(command: readonly string[], backend: string, env: Record<string, string>) {
  const folder = await mkdtemp(join(tmpdir(), "heddle-spans-"));
  try {
    const [file = "", ...options] = command;
    const written = join(folder, "spans");
    const args = [...options, join(programs, "app.mjs"), backend];
    const printed = await execute(file, args, programs, HANG, { ...env, SPANS: written });
    const spans = (await readFile(written, "utf8"))
      .trimEnd()
      .split("\n")
      .map((line): Written => JSON.parse(line));
    const byId = new Map(spans.map((span) => [span.spanId, span]));
    const pathOf = ({ name, parent, traceId }: Written): string => {
      if (parent === undefined) return name;
      const above = byId.get(parent);
      assert.equal(above?.traceId ?? traceId, traceId);
      return `${above === undefined ? "/" : pathOf(above)} > ${name}`;
    };
    return { printed: JSON.parse(printed), spans, paths: spans.map(pathOf).sort() };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The parents of spans, one line for each span: `T` is the span of a task. */
const expected = `
waits
waits > T waits
T work
T work > in alone
run
run > T work
run > T work > in run
run too
run too > T work
run too > T work > in run too
map
map > T work
map > T work
map > T work
map > T work > in map 1
map > T work > in map 2
map > T work > in map 3
imap
imap > T work
imap > T work
imap > T work > in imap 1
imap > T work > in imap 2
chunks
chunks > T work
chunks > T work
chunks > T work > in chunk 1
chunks > T work > in chunk 2
iterate
iterate > T counts
iterate > T counts > count 1
iterate > T counts > count 2
group
group > T work
group > T work > in group
lazy
lazy > T lazy
lazy > T lazy > in then
fails
fails > T fails
worker
worker > T work
worker > T work > in worker
nesting
nesting > T nests
nesting > T nests > nests
nesting > T nests > nests > T work
nesting > T nests > nests > T work > in nested
/ > T baggage
/ > T traceState`
  .trim()
  .replaceAll("T ", "heddle task ")
  .split("\n")
  .sort();

for (const [runtime, command] of ofLane) {
  for (const backend of ["heddle", "heddle/processes"]) {
    const env = backend === "heddle" && PRELOADS_NO_THREADS.includes(runtime) ? { PRELOADS: "no" } : {};
    it(
      `spans of tasks of ${backend} on ${runtime} stand under the span where the task was submitted, whichever way`,
      async () => {
        const { printed, spans, paths } = await spansOf(command, backend, env);
        assert.deepEqual(paths, expected);
        assert.deepEqual(printed, ["Ada, of 1815", "x"]);
        const failed = spans.filter(({ status }) => status.code !== 0);
        assert.deepEqual(
          failed.map(({ name, status }) => [name, status]),
          [["heddle task fails", { code: 2, message: "no" }]],
        );
      },
      HANG,
    );
  }
}
