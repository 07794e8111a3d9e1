/**
 * The contracts of which `npm test` tests a part on some backends, and CI's lanes the others (`scripts/lanes.mjs`): those that show what
 * backends share, which is core's doing. HEDDLE_CONTRACTS=all has all of them tested at once.
 *
 * @param {readonly string[]} part
 * @returns {(all: readonly string[]) => readonly string[]}
 */
function partOf(part) {
  return (all) => {
    if (process.env.HEDDLE_CONTRACTS === "all") return all;
    const isOfLane = process.env.HEDDLE_LANES === "1";
    return all.filter((name) => part.includes(name) !== isOfLane);
  };
}

/** For threads of runtimes other than Node, and for processes of Node. */
export const mostContractsOfLane = partOf([
  "capabilities",
  "lock",
  "queue",
  "pipe",
  "shared",
  "memory",
  "named",
  "worker",
  "worker life",
  "isolation",
  "task",
  "values",
  "handles",
  "errors",
  "pool",
  "pool-messages",
  "pool-ending",
  "leftovers",
  "stress",
]);

/** For the backends of processes that share the most with others. */
export const contractsOfLane = partOf([
  "capabilities",
  "lock",
  "queue",
  "pipe",
  "worker",
  "worker life",
  "isolation",
  "handles",
  "pool",
]);

/** For workers of Node's cluster module, which differ from other processes of Node in how they are started and end. */
export const clusterContractsOfLane = partOf(["capabilities", "worker", "worker life", "isolation", "handles"]);

/** For a main worker that may not block: the lanes have all of it on Node. */
export const neverBlockingOfLane = partOf(["capabilities", "lock"]);
