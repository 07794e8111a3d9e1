import type { SharedMap, Value } from "@heddle/core";

/** Counts words of a text that has so many of each, in a map. */
export function countWords(counts: SharedMap<string, number>, words: readonly string[], times: number): void {
  for (let i = 0; i < times; i++) {
    for (const word of words) counts.update(word, (count = 0) => count + 1);
  }
}

/** Sets, reads and deletes keys until it is killed. Each value says its key, and is larger or smaller than the one before it. */
export function rewrite(map: SharedMap<string, string>, steps: Value<"i32">): void {
  for (let i = 0; ; i++) {
    const key = `key ${i % 20}`;
    if (i % 7 === 0) map.delete(key);
    else map.set(key, `${key}: ${"x".repeat((i * 37) % 500)}`);
    if (i % 11 === 0) map.clear();
    steps.add(1);
  }
}

/** Gives a map, with what it has, back. */
export function pass(map: SharedMap<string, number>): SharedMap<string, number> {
  return map.set("passed", map.size);
}
