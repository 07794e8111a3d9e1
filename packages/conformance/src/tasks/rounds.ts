import type { Barrier, SharedArray } from "@heddle/core";

/**
 * Passes the barrier `rounds` times, and after each sees that every party has come as far, and none further than one round. Gives its index
 * in each round.
 */
export async function passRounds(
  barrier: Barrier,
  board: SharedArray<"i32">,
  me: number,
  rounds: number,
  isSync: boolean,
): Promise<number[]> {
  const indices: number[] = [];
  for (let round = 1; round <= rounds; round++) {
    Atomics.store(board.view, me, round);
    indices.push(isSync ? barrier.waitSync() : await barrier.wait());
    for (let party = 0; party < barrier.parties; party++) {
      const reached = Atomics.load(board.view, party);
      if (reached !== round && reached !== round + 1) {
        throw new Error(`party ${me} has passed round ${round}, and party ${party} is at ${reached}`);
      }
    }
  }
  return indices;
}
