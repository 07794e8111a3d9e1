/**
 * The contracts for which the backends of processes that share the most with others are tested. CI's lanes test all (`scripts/lanes.mjs`),
 * `npm test` those in which they differ.
 *
 * @type {string[] | undefined} undefined for all
 */
export const contractsOfLane =
  process.env.HEDDLE_LANES === "1"
    ? undefined
    : ["capabilities", "lock", "queue", "pipe", "worker", "worker life", "isolation", "handles", "pool"];

/**
 * The same for workers of Node's cluster module, which differ from other processes of Node in how they are started and end.
 *
 * @type {string[] | undefined} undefined for all
 */
export const clusterContractsOfLane =
  process.env.HEDDLE_LANES === "1" ? undefined : ["capabilities", "worker", "worker life", "isolation", "handles"];

/**
 * The same where the main worker may not block, which is core's doing: `npm test` has all of it on Node.
 *
 * @type {string[] | undefined} undefined for all
 */
export const neverBlockingOfLane = process.env.HEDDLE_LANES === "1" ? undefined : ["capabilities", "lock"];
