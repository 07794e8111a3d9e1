/**
 * Ways to break how a pool serves: retries, broadcasts, events.
 *
 * @type {readonly import("./list.mjs").Mutant[]}
 */
export const serving = [
  {
    name: "fifo: all items that are left are moved each time",
    file: "kernel/fifo.ts",
    find: "this.#first >= MOST_EMPTY && this.#first * 2 >= this.#items.length",
    replace: "this.#first > 0",
  },
  {
    name: "run queue: of two priorities the lower one is moved up",
    file: "pool/host/run-queue.ts",
    find: "right.priority > (levels[below] as PriorityLevel).priority",
    replace: "right.priority < (levels[below] as PriorityLevel).priority",
  },
  {
    name: "retries: a call in its pause counts as running",
    file: "pool/host/scheduler.ts",
    find: "return this.#dispatch.queued + this.#retries.size;",
    replace: "return this.#dispatch.queued;",
  },
  {
    name: "retries: a call that was asked to stop is tried again",
    file: "pool/host/retries.ts",
    find: "call.stopReason !== undefined || ",
    replace: "",
  },
  {
    name: "retries: the pipes of a call that will be tried again are closed",
    file: "pool/host/results.ts",
    find: "    const error = crashOf(link, call, exit);\n",
    replace: "    const error = crashOf(link, call, exit);\n    kernel.codec.abandon(call);\n",
  },
  {
    name: "retries: arguments are given back before the last attempt",
    file: "pool/host/results.ts",
    find: "if (call.attempts === undefined || call.isSettled) call.dispose(kernel);",
    replace: "call.dispose(kernel);",
  },
  {
    name: "broadcast: another worker runs the call of one that has ended",
    file: "pool/host/results.ts",
    find: "isOwn(call) || call.isPinned",
    replace: "isOwn(call) || call.transferables !== undefined",
  },
  {
    name: "keys: an idle worker takes a call of a key from its worker",
    file: "pool/host/dispatch.ts",
    find: "call.key === undefined && !isOwn(call)",
    replace: "!isOwn(call)",
  },
  {
    name: "keys: calls that wait for their worker overtake those that a pause took back",
    file: "pool/host/dispatch.ts",
    find: "    for (const link of this.workers) this.queue.reinstate(link.takeBackAll());\n    this.#unbind();\n",
    replace: "    for (const link of this.workers) this.queue.reinstate(link.takeBackAll());\n",
  },
  {
    name: "rate limit: a start takes no token",
    file: "pool/host/rate-limit.ts",
    find: "    this.#tokens--;\n",
    replace: "",
  },
];
