/**
 * Which contracts the looms of processes that share the most with others are tested for: all in CI's lanes (`scripts/lanes.mjs`), in
 * `npm test` those in which they differ.
 *
 * @type {string[] | undefined} undefined for all
 */
export const contractsOfLane =
  process.env.HEDDLE_LANES === "1"
    ? undefined
    : ["capabilities", "lock", "queue", "pipe", "worker", "worker life", "isolation", "handles", "pool"];
