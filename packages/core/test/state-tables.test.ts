import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { it } from "vitest";

const packages = join(import.meta.dirname, "../..");
const layout = ["layout", "layout-endpoint", "layout-map", "layout-names"]
  .map((name) => readFileSync(join(packages, `core/src/kernel/${name}.ts`), "utf8"))
  .join("\n");

/** Constants of layout.ts that are no words: sizes and counts, states and flags, masks and shifts, places where words begin. */
const NO_WORDS = [
  /^(?:MAX|MOST)_|_WORDS$|_CAPACITY$|_COUNT$(?<!JOURNAL_COUNT|NAMES_COUNT|QUEUE_COUNT|REFERENCES_COUNT)|_UNIT$|_MASK$|_END$/,
  /^(?:WORD|MAGIC_NUMBER|SLOTS|CELLS|CLAIMS|JOURNAL_ENTRIES|BLOCK_NODES|NODES_PER_BLOCK|CELL_PAYLOAD|Kind)$/,
  /^(?:SLOT_FREE|SLOT_DELETED|CANCELLED_BY_POST|ASLEEP_\w+|ACTION_LOCAL|OUTCOME_\w+|SHUTDOWN_\w+|CLAIM_\w+)$/,
  /^NODE_(?:FREE|WAITING|GRANTED|WOKEN|OVERDUE)$/,
  /^LATCH_\w+$/,
  /^LOCK_(?:WAITERS|ABANDONED|OVER|LEFT|GRANTED|WAKING)$/,
  /^BARRIER_(?:OPEN|ACTING|RELEASING|RESETTING|BROKEN|ACTING_LAST|RELEASING_LAST)$/,
  /^SEMAPHORE_(?:WAITERS|WAKING)$/,
  /^LEASE_(?:LEFT|HOLDER)$/,
  /^ENDPOINT_(?:OPEN|CLOSED|LOST)$/,
];

const words = [...layout.matchAll(/^export const (\w+)(?!.*=>)/gm)]
  .map(([, name]) => name as string)
  .filter((name) => !NO_WORDS.some((kind) => kind.test(name)));

function sourcesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sourcesIn(path);
    return entry.name.endsWith(".ts") ? [readFileSync(path, "utf8")] : [];
  });
}

/** The names in the first column of each table in a comment. */
const named = new Set(
  readdirSync(packages)
    .flatMap((name) => sourcesIn(join(packages, name, "src")))
    .flatMap((source) => source.match(/^ *\* \|[^|]*\|/gm) ?? [])
    .flatMap((cell) => [...cell.matchAll(/`([A-Z][A-Z_]+)\b/g)].map(([, name]) => name)),
);

it("each word of shared memory has a table of its states beside the code that changes it", () => {
  assert.deepEqual(
    words.filter((word) => !named.has(word)),
    [],
  );
});

it("the words are told from the other constants", () => {
  for (const word of ["TOP", "SLOT_BELL", "CELL_LATCH", "LOCK_STATE", "QUEUE_COUNT", "RING_READ"]) {
    assert.ok(words.includes(word), word);
  }
  assert.ok(words.length > 90, `${words.length}`);
});
