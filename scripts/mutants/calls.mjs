/**
 * Ways to break callbacks: the news of a death, and the references.
 *
 * @type {readonly import("./list.mjs").Mutant[]}
 */
export const calls = [
  {
    name: "calls: a home that has died counts as alive if its slot has another worker",
    file: "remote/endpoint.ts",
    find: "return this.#isHeldIn(slot) && Atomics.load(this.#kernel.region.i32, slotAddress(slot) + SLOT_ID) === (id | 0);",
    replace: "return this.#isHeldIn(slot) && id !== undefined;",
  },
  {
    name: "calls: a caller that hears of its home's end does not look once more for answers",
    file: "remote/caller.ts",
    find: "    this.read();\n    for (const",
    replace: "    for (const",
  },
  {
    name: "calls: a worker that has no callbacks leaves what others made",
    file: "backend/endpoints.ts",
    find: "    destroy: (cell) => cells.referNoMore(cell + ENDPOINT_REQUESTS),\n",
    replace: "",
  },
  {
    name: "calls: recovery does not tell that somebody has ended",
    file: "kernel/recovery.ts",
    find: "  Atomics.add(kernel.region.i32, ENDS, 1);\n",
    replace: "",
  },
  {
    name: "calls: a home is not told that an endpoint was let go of",
    file: "kernel/cells.ts",
    find: "    else tell?.();\n",
    replace: "",
  },
  {
    name: "calls: a home that closes leaves the calls that it has not seen",
    file: "remote/server.ts",
    find: "if (asker !== undefined) this.#answer(asker, serial, REFUSED, undefined);",
    replace: "",
  },
  {
    name: "calls: the last holder that lets go takes along what it has posted",
    file: "remote/server.ts",
    find: "if (this.isRunning || !requests.isEmpty) return;",
    replace: "if (this.isRunning) return;",
  },
];
