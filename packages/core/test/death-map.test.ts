import assert from "node:assert/strict";
import { describe, it } from "vitest";
import { atEveryInstant, type CrashHarness } from "./reference/crash-harness.js";
import { collect } from "./reference/virtual.js";

type Map = InstanceType<CrashHarness["main"]["surface"]["SharedMap"]>;

/** Has the victim change a map that the main worker has filled with so many keys. The change is done, or not at all. */
const dies =
  (
    keys: number,
    act: (map: Map) => unknown,
    isRight: (entries: readonly (readonly [unknown, unknown])[]) => boolean,
    options?: { maxSize: number },
  ) =>
  async ({ main, victim, first, dying, backend }: CrashHarness): Promise<void> => {
    const map = new main.surface.SharedMap(options);
    for (let n = 0; n < keys; n++) map.set(`key ${n}`, n);
    const theirs = backend.share(map, victim);
    const others = backend.share(map, first);
    await dying(() => act(theirs));
    const entries = [...others];
    assert.ok(isRight(entries), JSON.stringify(entries));
    assert.deepEqual([...map], entries);
    assert.equal(map.size, entries.length);
    // It works on: all keys are found, and others can be added.
    for (const [key, value] of entries) assert.equal(map.get(key as string), value);
    for (let n = 0; n < 3; n++) others.set(`new ${n}`, n);
    for (let n = 0; n < 3; n++) assert.ok(map.delete(`new ${n}`));
    for (const one of [map, others]) collect(one);
  };

const before = (keys: number) => Array.from({ length: keys }, (_, n) => [`key ${n}`, n] as const);
const oneOf =
  (...states: readonly unknown[]) =>
  (entries: unknown): boolean =>
    states.some((state) => JSON.stringify(state) === JSON.stringify(entries));

/** So many instants, each with a region of its own: on a busy machine they take their time. */
describe("a worker killed at any instant while it", { timeout: 120_000 }, () => {
  it("sets a key of a SharedMap: it has the old value or the new one", () =>
    atEveryInstant(dies(2, (map) => map.set("key 1", "new"), oneOf(before(2), [...before(1), ["key 1", "new"]]))));

  it("adds a key to a SharedMap that is full: it is there or not, and one table is left", () =>
    atEveryInstant(dies(12, (map) => map.set("more", 1), oneOf(before(12), [...before(12), ["more", 1]]))));

  it("deletes a key of a SharedMap", () =>
    atEveryInstant(dies(3, (map) => map.delete("key 2"), oneOf(before(3), before(2)))));

  it("clears a SharedMap: all keys are there, or none", () =>
    atEveryInstant(dies(4, (map) => map.clear(), oneOf(before(4), []))));

  it("updates a value of a SharedMap", () =>
    atEveryInstant(dies(1, (map) => map.update("key 0", (n) => (n as number) + 1), oneOf(before(1), [["key 0", 1]]))));

  it("adds a key to a bounded SharedMap: it takes the place of another", () =>
    atEveryInstant(
      dies(3, (map) => map.set("more", 1), oneOf(before(3), [...before(3).slice(1), ["more", 1]]), { maxSize: 3 }),
    ));

  it("reads from a bounded SharedMap", () =>
    atEveryInstant(dies(3, (map) => map.get("key 0"), oneOf(before(3)), { maxSize: 3 })));

  it("is the last to let go of a SharedMap: its entries are let go of too", () =>
    atEveryInstant(async ({ main, victim, dying, backend }) => {
      const map = new main.surface.SharedMap();
      for (let n = 0; n < 5; n++) map.set(n as never, "x".repeat(200));
      const theirs = backend.share(map, victim);
      collect(map);
      await dying(() => collect(theirs));
    }));
});
