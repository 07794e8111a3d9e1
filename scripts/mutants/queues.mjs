/**
 * Ways to break how the items and places of a queue find those that wait for them.
 *
 * @type {readonly import("./list.mjs").Mutant[]}
 */
export const queues = [
  {
    name: "queue: a worker overtakes its own waits",
    file: "queue/promises.ts",
    find: "return this.#ownIn(waitQueue) > 0 || (",
    replace: "return (",
  },
  {
    name: "queue: a worker overtakes its own waits that were promised something",
    file: "queue/promises.ts",
    find: "return this.#ownIn(waitQueue) > 0 || (",
    replace: "return (this.#ownIn(waitQueue) > 0 && this.#first(waitQueue) !== 0) || (",
  },
  {
    name: "queue: a worker's own waits that were promised something do not take it before its next try",
    file: "queue/promises.ts",
    find: "      this.#kernel.waiters.onGrantHere();\n",
    replace: "",
  },
  {
    name: "queue: a fair one is overtaken by others where a worker waits behind its own promise",
    file: "queue/promises.ts",
    find: " || (this.#isFair && this.#first(waitQueue) !== 0)",
    replace: "",
  },
  {
    name: "queue: a get waits behind its worker's own at a queue that was shut down",
    file: "queue/state.ts",
    find: "if (!this.#isShutDown && this.#promises.isOvertaking(GETTERS)) return undefined;",
    replace: "if (this.#promises.isOvertaking(GETTERS)) return undefined;",
  },
  {
    name: "queue: a worker that once waited there counts as waiting for ever",
    file: "queue/in-line.ts",
    find: "    leave();\n    return resume(outcome);\n",
    replace: "    return resume(outcome);\n",
  },
  {
    name: "queue: an item or a place wakes nobody",
    file: "queue/promises.ts",
    find: "    if (section.read(node + NODE_STATE) !== NODE_WOKEN) waiters.wakeFirst(node);\n",
    replace: "",
  },
  {
    name: "queue: an item is promised to the first at once",
    file: "queue/promises.ts",
    find: "if (waiters.isHandedOver(node, this.#isFair, left)) return true;",
    replace: "if (waiters.isHandedOver(node, true, left)) return true;",
  },
  {
    name: "queue: a waiter that is being woken is promised each further item",
    file: "queue/promises.ts",
    find: "if (section.read(node + NODE_STATE) !== NODE_WOKEN) waiters.wakeFirst(node);",
    replace: "if (section.read(node + NODE_STATE) === NODE_WOKEN) return true;\n    waiters.wakeFirst(node);",
  },
  {
    name: "queue: a woken waiter does not wake the next one though more is there",
    file: "queue/promises.ts",
    find: "    this.#count(node, 1);\n    this.serve();\n",
    replace: "    this.#count(node, 1);\n",
  },
  {
    name: "queue: a waiter that was woken in vain is not woken again",
    file: "queue/promises.ts",
    find: "      waiters.wokenInVain(node, isOverdue);\n",
    replace: "",
  },
  {
    name: "queue: the wake-up of a waiter that gives up is not passed on",
    file: "queue/state.ts",
    find: "  onCancel(): void {\n    this.#items.endLease();\n    this.#promises.serve();\n",
    replace: "  onCancel(): void {\n",
  },
  {
    name: "pipe: the wake-up of a receiver that gives up is not passed on",
    file: "backend/queues.ts",
    find: "    onCancel: (cell) => new connection.Way(kernel, cell).onCancel(),\n",
    replace: "",
  },
  {
    name: "queue: a shutdown that lets items drain promises them to nobody",
    file: "queue/state.ts",
    find: "      this.#promises.promiseAll();\n",
    replace: "",
  },
  {
    name: "wait queue: a first whose worker computes holds up those behind it",
    file: "kernel/waiters.ts",
    find: " || (left > 1 && this.#isAwake(node))",
    replace: "",
  },
  {
    name: "semaphore: a permit that is released beside a free one wakes nobody, though the first computes",
    file: "sync/semaphore.ts",
    find: "      if ((word & SEMAPHORE_WAKING) !== 0 && permitsOf(word) > 0) break;\n",
    replace: "",
  },
];
