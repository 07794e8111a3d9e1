import assert from "node:assert/strict";
import type { Surface } from "@heddle/core";
import { rest, turn, WAIT_LIMIT_MS } from "./wait-limit.js";

/** How to see what a test leaves behind. */
export interface Watch {
  readonly adapter: Pick<Surface, "usage">;
  /**
   * Collects all garbage. Objects in the region are let go when their last proxy is collected. Where there is no way to do that, only
   * workers, waits, timers and handles are looked for. Default: the runtime's own way, if there is one.
   */
  readonly collectGarbage?: (() => void) | undefined;
  /** Whether what is left in the region is looked for, where garbage can be collected. Default true. */
  readonly watchesRegion?: boolean | undefined;
  /** Milliseconds in which what a test used must be gone. Default 10,000: they pass only where something is left. */
  readonly waitLimit?: number | undefined;
}

/** The objects that a test may leave on purpose: named ones live as long as the program. */
export type Kept = "names";

type Stock = ReadonlyMap<string, number>;

/** Runs a test, and fails unless everything that came with it goes with it. */
export async function leavingNothing(watch: Watch, kept: Kept | undefined, test: () => Promise<void>): Promise<void> {
  const { collectGarbage, watchesRegion = true, waitLimit = WAIT_LIMIT_MS } = watch;
  const countsRegion = watchesRegion && collectGarbage !== undefined && kept !== "names";
  const before = takeStock(watch, countsRegion);
  await test();
  const deadline = performance.now() + waitLimit;
  for (let left = added(before, takeStock(watch, countsRegion)); left !== ""; ) {
    if (performance.now() >= deadline) assert.fail(`The test passed, but left behind: ${left}`);
    if (countsRegion) collectGarbage();
    await rest();
    // A timer is none of the test's.
    await turn();
    left = added(before, takeStock(watch, countsRegion));
  }
}

function takeStock({ adapter }: Watch, countsRegion: boolean): Stock {
  const { workers, waiters, objects, bytes } = adapter.usage();
  const stock = new Map([
    ["workers", workers],
    ["waits", waiters],
  ]);
  if (countsRegion) stock.set("objects in the region", objects).set("bytes of the region", bytes);
  // The things that keep the event loop alive: timers, ports, child processes. Not every runtime can tell.
  for (const resource of process.getActiveResourcesInfo?.() ?? []) {
    stock.set(resource, (stock.get(resource) ?? 0) + 1);
  }
  return stock;
}

/** The things of which there are more than before, "" if there are none. */
function added(before: Stock, after: Stock): string {
  return [...after]
    .map(([what, count]) => [what, count - (before.get(what) ?? 0)] as const)
    .filter(([, more]) => more > 0)
    .map(([what, more]) => `${more} ${what}`)
    .join(", ");
}
