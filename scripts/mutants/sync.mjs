/**
 * Ways to break locks, semaphores, conditions, events and barriers.
 *
 * @type {readonly import("./list.mjs").Mutant[]}
 */
export const syncMutants = [
  {
    name: "wake-up: who was granted something while another section is under way there goes back to sleep",
    file: "kernel/waiters.ts",
    find: "if (this.#section.isUnderWay(latch)) this.#section.run(latch, () => {});",
    replace: "if (this.#section.isUnderWay(latch)) return false;",
  },
  {
    name: "lock: a release that has waiters frees the lock for whoever comes",
    file: "sync/mutex.ts",
    find: "    section.write(this.#state, isLast ? owner : owner | LOCK_WAITERS, state);\n",
    replace: "    section.write(this.#state, 0, state);\n",
  },
  {
    name: "lock: who was granted it does not own it yet",
    file: "sync/mutex.ts",
    find: "    section.write(this.#state, isLast ? owner : owner | LOCK_WAITERS, state);\n    waiters.grant(next, OUTCOME_GRANTED);\n",
    replace:
      "    waiters.grant(next, OUTCOME_GRANTED);\n    section.write(this.#state, isLast ? owner : owner | LOCK_WAITERS, state);\n",
  },
  {
    name: "lock: who gives up frees it, whoever has it meanwhile",
    file: "sync/mutex.ts",
    find: "      section.write(this.#state, 0, state);\n",
    replace: "      section.write(this.#state, 0);\n",
  },
  {
    name: "lock: a dead owner's lock is abandoned, whoever has it meanwhile",
    file: "sync/mutex.ts",
    find: "section.write(this.#state, isOver ? LOCK_ABANDONED | LOCK_OVER : LOCK_ABANDONED, state);",
    replace: "section.write(this.#state, isOver ? LOCK_ABANDONED | LOCK_OVER : LOCK_ABANDONED);",
  },
  {
    name: "lock: a superseded grant is handed on as what its worker holds now",
    file: "sync/mutex.ts",
    find: "this.#isHeldBy(state, node)) this.#grantNext(state);",
    replace: "(state & LOCK_OWNER_MASK) === waiters.ownerOf(node)) this.#grantNext(state);",
  },
  {
    name: "lock: a superseded grant is any later one's",
    file: "sync/mutex.ts",
    find: " && Atomics.load(this.#kernel.region.i32, this.cell + LOCK_GRANTEE) === node",
    replace: "",
  },
  {
    name: "lock: what a task waited for is noted as the task's that runs when it is granted",
    file: "sync/lock.ts",
    find: "      if (isHeld) this.heldBy(taker);",
    replace: "      if (isHeld) this.heldBy(takerOf(this.kernel));",
  },
  {
    name: "lock: what another worker has released stays noted beside whose it is now",
    file: "pool/worker/held-locks.ts",
    find: "      if (this.#others.size > 0) this.#others.delete(key);\n    } else",
    replace: "    } else",
  },
  {
    name: "rwlock: a read that a task has given back stays noted",
    file: "sync/rwlock.ts",
    find: "      this.kernel.holds?.giveBack(giveBack);\n",
    replace: "",
  },
  {
    name: "lock: what other workers have released stays noted for as long as the task runs",
    file: "pool/worker/held-locks.ts",
    find: "      if (this.#others.size > this.#many) this.#forgetReleased();\n",
    replace: "",
  },
  {
    name: "parking: a worker that blocks takes over a superseded grant",
    file: "kernel/parking.ts",
    find: " || gate.isSuperseded?.(parked.node)",
    replace: "",
  },
  {
    name: "queue: a blocking join ends with what an earlier one was told",
    file: "queue/channel.ts",
    find: "{ ...gate, isPerWait: true }",
    replace: "gate",
  },
  {
    name: "lock: a second release frees it again",
    file: "sync/mutex.ts",
    find: "    if ((state & LOCK_WAITERS) === 0) return false;\n",
    replace: "",
  },
  {
    name: "lock: recovered, it leaves those in line whom a recovery had not told",
    file: "sync/mutex.ts",
    find: "      this.#failAll();\n      this.#kernel.section",
    replace: "      this.#kernel.section",
  },
  {
    name: "rlock: a task that waits for it twice gets it once",
    file: "sync/rlock.ts",
    find: "        this.#letInOthersOf(hold.task);\n",
    replace: "",
  },
  {
    name: "rlock: a task that takes it owns it only once it goes on",
    file: "sync/rlock.ts",
    find: "    this.#own(hold);\n    this.heldBy(",
    replace: "    queueMicrotask(() => this.#own(hold));\n    this.heldBy(",
  },
  {
    name: "lock: who waits does not mark the lock",
    file: "sync/mutex.ts",
    find: "const marked = state | LOCK_WAITERS;",
    replace: "const marked = state;",
  },
  {
    name: "lock: a dead owner's lock is free",
    file: "sync/mutex.ts",
    find: "section.write(this.#state, isOver ? LOCK_ABANDONED | LOCK_OVER : LOCK_ABANDONED, state);",
    replace: "section.write(this.#state, 0, state);",
  },
  {
    name: "semaphore: a permit that is handed on is lost",
    file: "sync/semaphore.ts",
    find: "  give(kernel, cell, 1);\n",
    replace: "",
  },
  {
    name: "semaphore: who gets the last permit that others wait for does not find the rest",
    file: "sync/semaphore.ts",
    find: "    if (section.read(node + NODE_NEXT) === 0) open(kernel, cell, left - 1);\n    waiters.grant(node, OUTCOME_GRANTED);\n",
    replace:
      "    const isLast = section.read(node + NODE_NEXT) === 0;\n    waiters.grant(node, OUTCOME_GRANTED);\n    if (isLast) open(kernel, cell, left - 1);\n",
  },
  {
    name: "semaphore: a bounded one is not counted before it is released",
    file: "sync/semaphore.ts",
    find: "this.checkRelease(this.#stillFree(), n);",
    replace: "this.checkRelease(0, n);",
  },
  {
    name: "barrier: a party of the next round that gives up breaks the complete one",
    file: "sync/round.ts",
    find: "this.isComplete ? BARRIER_ACTING_LAST : BARRIER_BROKEN",
    replace: "BARRIER_BROKEN",
  },
  {
    name: "barrier: a party that gives up breaks the complete round that it is of",
    file: "sync/round.ts",
    find: "if (waitQueue === WAIT_QUEUE_B || !this.isComplete) this.giveUp();",
    replace: "this.break();",
  },
  {
    name: "barrier: a timeout ends a wait whose round is complete",
    file: "kernel/parking.ts",
    find: "      if (isTimeout && operations?.outlastsTimeout?.(gate.cell, node)) return undefined;\n",
    replace: "",
  },
  {
    name: "deadlock: a worker waits for ever for a lock that it alone has",
    file: "kernel/deadlock.ts",
    find: "return isAnybodyElse && free.some(({ cell }) => this.#isReferredToBeside(cell, members));",
    replace: "return true;",
  },
  {
    name: "deadlock: a lock may be released by a worker that does not have it",
    file: "kernel/deadlock.ts",
    find: "return isAnybodyElse && free.some(({ cell }) => this.#isReferredToBeside(cell, members));",
    replace: "return isAnybodyElse;",
  },
  {
    name: "rwlock: who reads is not said to hold it",
    file: "sync/rwlock.ts",
    find: " || Atomics.load(i32, this.cell + RW_READS + owner - 1) > 0\n",
    replace: "\n",
  },
  {
    name: "rwlock: who writes is not said to hold it",
    file: "sync/rwlock.ts",
    find: "Atomics.load(i32, this.cell + RW_WRITER) === owner || Atomics.load",
    replace: "Atomics.load",
  },
];
