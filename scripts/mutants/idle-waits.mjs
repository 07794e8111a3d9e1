/** @type {import("./list.mjs").Mutant[]} */
export const idleWaits = [
  {
    name: "idle waits: those of a daemon fail",
    file: "kernel/idle-waits.ts",
    find: "  last(): void {\n    this.#allLast = true;",
    replace: "  last(): void {",
  },
  {
    name: "parking: an asynchronous wait does not keep its program alive",
    file: "kernel/idle-waits.ts",
    find: "    if (this.#holds++ === 0) this.#keepAlive.hold();\n",
    replace: "    if (this.#holds++ === 0) this.#keepAlive.letGo();\n",
  },
  {
    name: "idle waits: a wait that only its own worker can end keeps the program alive for ever",
    file: "kernel/idle-waits.ts",
    find: "    if (onIdle === undefined || this.#allLast || this.#mayBeEnded(parked)) this.#hold(parked);\n",
    replace: "    if (onIdle !== undefined || this.#allLast || this.#mayBeEnded(parked)) this.#hold(parked);\n",
  },
  {
    name: "idle waits: a wait at an object that another worker has fails",
    file: "kernel/idle-waits.ts",
    find: "    return cell === undefined || this.#kernel.deadlocks.mayOthersEnd(cell);\n",
    replace: "    return cell === undefined;\n",
  },
  {
    name: "idle waits: those of a worker that is left alone keep the program alive for ever",
    file: "kernel/idle-waits.ts",
    find: "      if (!parked.keepsAlive || this.#allLast || this.#mayBeEnded(parked)) continue;\n",
    replace: "      continue;\n",
  },
  {
    name: "idle waits: a task that waits for ever keeps its pool's worker",
    file: "kernel/idle-waits.ts",
    find: "    this.#letGoForPool();\n    if (!this.#isTold)",
    replace: "    if (!this.#isTold)",
  },
  {
    name: "idle waits: a pool's worker that may get another call has its wait fail",
    file: "kernel/idle-waits.ts",
    find: "    if (this.#mayGetMore?.()) {\n",
    replace: "    if (this.#mayGetMore?.() === undefined) {\n",
  },
  {
    name: "idle waits: a wait that a signal of the system may end fails",
    file: "kernel/idle-waits.ts",
    find: "waits.find((parked) => this.#allLast || ",
    replace: "waits.find((parked) => ",
  },
  {
    name: "idle waits: the second of two that can never end is lost in silence",
    file: "kernel/idle-waits.ts",
    find: "    this.#addTurn();\n    this.#kernel.parking.giveUp(last",
    replace: "    this.#kernel.parking.giveUp(last",
  },
];
