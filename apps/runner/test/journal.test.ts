import assert from "node:assert/strict";
import type { TraceEvent } from "@heddle/core";
import { describe, it } from "vitest";
import { Journal } from "../src/journal.js";

const event = (kind: TraceEvent["kind"], at: number, object = "Lock a"): TraceEvent => ({
  kind,
  at,
  worker: "Thread-1",
  workerId: 2,
  object,
});

describe("the journal", () => {
  it("tells many short holds, one right after the other, as one", () => {
    const journal = new Journal();
    for (let at = 0; at < 1000; at++) {
      journal.add(event("hold-begin", at));
      journal.add(event("hold-end", at + 0.5));
    }
    const kinds = journal.take(2000).map(({ kind, at }) => [kind, at]);
    assert.deepEqual(kinds, [
      ["hold-begin", 0],
      ["hold-end", 999.5],
    ]);
  });

  it("keeps what lies apart, and what is of different things", () => {
    const journal = new Journal();
    const told = [
      event("hold-begin", 0),
      event("hold-end", 1),
      event("hold-begin", 5),
      event("hold-begin", 5.5, "Lock b"),
      event("hold-end", 6),
      event("hold-end", 6.5, "Lock b"),
    ];
    for (const one of told) journal.add(one);
    const byTime = journal.take(10).sort((a, b) => a.at - b.at);
    assert.deepEqual(byTime, told);
  });

  it("holds back an end that may turn out to be none", () => {
    const journal = new Journal();
    journal.add(event("hold-begin", 0));
    journal.add(event("hold-end", 10));
    assert.deepEqual(journal.take(10.5), [event("hold-begin", 0)]);
    assert.deepEqual(journal.take(12), [event("hold-end", 10)]);
  });
});
