import { adapters } from "./adapters.mjs";
import { allocator } from "./allocator.mjs";
import { calls } from "./calls.mjs";
import { ending } from "./ending.mjs";
import { idleWaits } from "./idle-waits.mjs";
import { processes } from "./processes.mjs";
import { queues } from "./queues.mjs";
import { rwlock } from "./rwlock.mjs";
import { sections } from "./sections.mjs";
import { serving } from "./serving.mjs";
import { syncMutants } from "./sync.mjs";
import { values } from "./values.mjs";
import { waits } from "./waits.mjs";

/** The source that a mutant changes, from the root. @param {string} file */
export const sourceOf = (file) => (file.startsWith("packages/") ? file : `packages/core/src/${file}`);

/**
 * Ways to break Heddle, each by one replacement in one source: `file` is one of core's, or begins with `packages/`. A mutant that no test
 * notices is either a test that is missing, or code that is not needed.
 *
 * @typedef {{ name: string, file: string, find: string, replace: string }} Mutant
 * @type {readonly Mutant[]}
 */
export const mutants = [
  {
    name: "wake-up: a grant does not ring its waiter",
    file: "kernel/waiters.ts",
    find: "      this.#bell.ring(slot);\n",
    replace: "",
  },
  {
    name: "wake-up: a grant leaves no hint where to look",
    file: "kernel/waiters.ts",
    find: "Atomics.or(this.#region.i32, slotAddress(slot) + SLOT_GRANTED, 1 << (ticket & 31));",
    replace: "",
  },
  {
    name: "bell: a ring does not wake a worker that sleeps",
    file: "kernel/bell.ts",
    find: "if (Atomics.load(i32, address + SLOT_ASLEEP) !== 0) this.#doorbells.wake(address + SLOT_BELL);",
    replace: "",
  },
  {
    name: "bell: a worker that arms its bell does not say that it sleeps",
    file: "kernel/bell.ts",
    find: "    Atomics.or(i32, this.#asleep, ASLEEP_ASYNC);\n",
    replace: "",
  },
  {
    name: "bell: a worker that was rung while awake does not look at its waits",
    file: "kernel/bell.ts",
    find: "if (Atomics.load(i32, this.#bell) !== seen) this.#lookAll();",
    replace: "",
  },
  {
    name: "names: a worker that finds the table full doubles it, although another has done so",
    file: "kernel/names.ts",
    find: "(this.#isFull() ? this.#room() * 2 || FIRST_ROOM : 0)",
    replace: "this.#room() * 2 || FIRST_ROOM",
  },
  {
    name: "wait queue: the last to come is served first",
    file: "kernel/waiters.ts",
    find: `    const tail = section.read(cell + waitQueue + 1);
    section.write(node + NODE_NEXT, 0);
    section.write(node + NODE_PREVIOUS, tail);`,
    replace: `    const tail = 0;
    const head = section.read(cell + waitQueue);
    section.write(node + NODE_NEXT, head);
    if (head !== 0) section.write(head + NODE_PREVIOUS, node);
    section.write(node + NODE_PREVIOUS, tail);`,
  },
  {
    name: "wait queue: the node behind keeps its link to one that left",
    file: "kernel/waiters.ts",
    find: "section.write(next === 0 ? waitQueue + 1 : next + NODE_PREVIOUS, previous);",
    replace: "if (next === 0) section.write(waitQueue + 1, previous);",
  },
  {
    name: "parking: an abort that races with its grant keeps the grant",
    file: "kernel/parking.ts",
    find: "if (!this.#dequeue(gate, node)) this.#passGrant(gate, node);\n  }\n\n  /** An asynchronous wait is over",
    replace: "this.#dequeue(gate, node);\n  }\n\n  /** An asynchronous wait is over",
  },
  {
    name: "parking: a timeout that races with its grant says that nothing was granted",
    file: "kernel/parking.ts",
    find: "return hasLeft ? undefined : gate.redeem(parked.node);",
    replace: "return undefined;",
  },
  {
    name: "parking: a worker that blocks does not take over the grant of its own asynchronous wait",
    file: "kernel/parking.ts",
    find: "      if (!this.#isGranted(other, parked) || other.cell !== gate.cell || gate.isPerWait) continue;\n",
    replace: "    if (gate.cell !== 0) return undefined;\n",
  },
  {
    name: "queue: the objects in an item stay their putter's",
    file: "queue/state.ts",
    find: "    if (references !== 0) this.#kernel.allocator.disown(references);\n",
    replace: "",
  },
  {
    name: "queue: the objects in an item do not become their getter's",
    file: "queue/state.ts",
    find: "    if (references !== 0) this.#kernel.allocator.own(references);\n",
    replace: "",
  },
  {
    name: "reference sets: objects that a dead worker packed and did not send are kept",
    file: "kernel/reference-sets.ts",
    find: "    for (const cell of unsent) this.#cells.letGo(cell);\n",
    replace: "",
  },
  {
    name: "cells: a handle is taken without a look at its generation",
    file: "kernel/cells.ts",
    find: "if (i32[address + CELL_KIND] === kind && i32[address + CELL_GENERATION] === (generation | 0)) return;",
    replace: "if (generation >= 0) return;",
  },
  {
    name: "cells: a reference is never given back",
    file: "kernel/cells.ts",
    find: "const references = Math.max(0, section.read(cell + CELL_REFERENCES) - 1);",
    replace: "const references = Math.max(1, section.read(cell + CELL_REFERENCES) - 1);",
  },
  {
    name: "cells: a worker that gives back its last reference stays on record as a holder",
    file: "kernel/cells.ts",
    find: "      section.write(word, section.read(word) & ~bit);\n",
    replace: "",
  },
  {
    name: "recovery: a dead worker's waits stay in their queues",
    file: "kernel/recovery.ts",
    find: "      waiters.unlink(node, NODE_FREE);\n",
    replace: "",
  },
  {
    name: "recovery: a dead worker's grant is not handed on",
    file: "kernel/recovery.ts",
    find: "?.passGrant?.(cell, node);",
    replace: ";",
  },
  {
    name: "queue: a promise that is not redeemed is not made to the next",
    file: "queue/promises.ts",
    find: "    this.redeem(node);\n    this.serve();\n",
    replace: "    this.redeem(node);\n",
  },
  {
    name: "queue: a place is promised though it is taken",
    file: "queue/promises.ts",
    find: "return maxSize - this.#read(QUEUE_COUNT) - this.#read(QUEUE_PROMISED_PLACES);",
    replace: "return maxSize - this.#read(QUEUE_COUNT);",
  },
  {
    name: "ring: bytes do not arrive",
    file: "kernel/ring.ts",
    find: "      u8.set(bytes, this.#start + first);\n",
    replace: "",
  },
  {
    name: "ring: an entry ends a byte before its end",
    file: "kernel/ring.ts",
    find: "    const textBytes = at - before - HEADER_BYTES;\n",
    replace: "    const textBytes = at - before - HEADER_BYTES - 1;\n",
  },
  {
    name: "ring: an entry whose numbers take more than a word is written as if they did not",
    file: "kernel/ring.ts",
    find: "number >= 0 && number <= MOST_SHORT;",
    replace: "number >= 0;",
  },
  {
    name: "arguments: a list of primitives that JSON cannot hold is sent as JSON",
    file: "kernel/message/plain.ts",
    find: "if (!isPlainPrimitive(item) || isLong(item)) return undefined;",
    replace: "if (isLong(item)) return undefined;",
  },
  {
    name: "ring: a writer that waits for room is not rung once there is some",
    file: "kernel/ring.ts",
    find: "if (Atomics.exchange(i32, this.#words + RING_WRITER_WAITS, 0) === 1) this.#notifyWriter();",
    replace: "",
  },
  {
    name: "recovery: the workers are not rung again for the grants of a dead one",
    file: "kernel/recovery.ts",
    find: "  releaseCells(kernel, slot, isOver);\n  ringAllBells(kernel);\n",
    replace: "  releaseCells(kernel, slot, isOver);\n",
  },
  {
    name: "parking: a grant that came before the bell was armed is not looked at",
    file: "kernel/parking.ts",
    find: "    if (this.#isGranted(gate, parked)) this.#complete(parked);\n",
    replace: "",
  },
  {
    name: "lease: an item that another getter took meanwhile is taken twice",
    file: "queue/item-ring.ts",
    find: "if (referencesIn(frame) !== 0 || !this.#lease.tryTakeNext()) return undefined;",
    replace: "if (referencesIn(frame) !== 0) return undefined;\n    this.#lease.tryTakeNext();",
  },
  {
    name: "lease: an item is taken before it is read",
    file: "queue/item-ring.ts",
    find: `    const frame = this.#copy(start, capacity, next);
    // The objects of`,
    replace: `    if (!this.#lease.tryTakeNext()) return undefined;
    const frame = this.#copy(start, capacity, next);
    // The objects of`,
  },
  {
    name: "lease: a getter that has to wait does not end it",
    file: "queue/state.ts",
    find: "const isNextAgain = this.#items.endLease();",
    replace: "const isNextAgain = true;",
  },
  {
    name: "lease: a putter that has to wait does not end it",
    file: "queue/state.ts",
    find: "    if (!this.#promises.hasSpace) this.#items.endLease();\n",
    replace: "",
  },
  {
    name: "lease: a getter is given one while others wait",
    file: "queue/state.ts",
    find: "isNextAgain && this.#promises.isUndisputed ?",
    replace: "isNextAgain ?",
  },
  {
    name: "lease: a getter goes on taking items while another books them",
    file: "queue/lease.ts",
    find: "const seen = Atomics.compareExchange(i32, this.#word, shown, left);",
    replace: "const seen = shown;",
  },
  {
    name: "lease: it ends without its items being booked",
    file: "queue/item-ring.ts",
    find: "if (taken > 0) this.#skip(taken);",
    replace: "",
  },
  {
    name: "cells: a lock whose holder has lost its last reference is freed",
    file: "kernel/cells.ts",
    find: "    if (isSharedWithOthers && this.operationsOf(address)?.isHeldBy?.(address, this.#slot + 1)) return false;\n",
    replace: "",
  },
  {
    name: "cells: a held lock is kept, although no other worker refers to it",
    file: "kernel/cells.ts",
    find: "if (isSharedWithOthers && this.operationsOf",
    replace: "if (this.operationsOf",
  },
  {
    name: "lock: no worker is reported as its holder",
    file: "backend/locks.ts",
    find: "isHeldBy: (cell, owner) => new Mutex(kernel, cell).owner === owner,",
    replace: "isHeldBy: () => false,",
  },
  {
    name: "queue: an empty queue keeps its large buffer",
    file: "queue/state.ts",
    find: "if (count === 1) this.#removedLast = true;",
    replace: "",
  },
  {
    name: "queue: a getter pauses, although no item came in its last pauses",
    file: "queue/get-backoff.ts",
    find: "if (items === 0) this.#looks >>= 1;\n    else if",
    replace: "if",
  },
  {
    name: "ring: a frame is decoded after the writer was rung",
    file: "kernel/ring.ts",
    find: "    const opened = open(frames, length);\n",
    replace: "    const opened = { get text() { return open(frames, length).text; }, blobs: [] };\n",
  },
  {
    name: "ring: the reader is not told of a frame",
    file: "kernel/ring.ts",
    find: "if (Atomics.load(i32, this.#words + RING_READ) === before) this.#mustNotify = true;",
    replace: "",
  },
  {
    name: "ring: frames are not published when the pool rings",
    file: "kernel/ring.ts",
    find: "  flush(): void {\n    this.#publish();\n",
    replace: "  flush(): void {\n",
  },
  {
    name: "ring: nothing is published before the writer rings, however much it is",
    file: "kernel/ring.ts",
    find: "      if (this.#unpublished >= MOST_UNPUBLISHED) this.#publish();\n",
    replace: "",
  },
  {
    name: "in flight: a number is used again with the next call at its place",
    file: "pool/host/in-flight.ts",
    find: "    this.#generations[place] = ((this.#generations[place] as number) + 1) % GENERATIONS;\n",
    replace: "",
  },
  {
    name: "answers: no room is kept in the ring for those that are to come",
    file: "pool/worker/answers.ts",
    find: ">= RESERVED_FOR_ANSWERS;",
    replace: ">= 0;",
  },
  {
    name: "answers: a result of a chunk is called by its place within the chunk",
    file: "pool/worker/answers.ts",
    find: 'packArguments(results, "result", place)',
    replace: 'packArguments(results, "result")',
  },
  {
    name: "answers: a worker does not pause, however many of its answers are unread",
    file: "pool/worker/answers.ts",
    find: "return !hasRoom() && !this.#ring.awaitRead(hasRoom);",
    replace: "return false;",
  },
  {
    name: "large: a cell that proves too small is kept",
    file: "kernel/large.ts",
    find: "    if (fits) return handle;\n    cells.drop(handle);\n",
    replace: "    if (fits) return handle;\n",
  },
  {
    name: "pool: a call that cannot be posted keeps its arguments",
    file: "pool/call.ts",
    find: "isShared = false): void {\n    this.dispose(kernel);\n",
    replace: "isShared = false): void {\n",
  },
  {
    name: "pool: the next call begins before what has settled is answered",
    file: "pool/worker/pool-worker.ts",
    find: "      if (run !== undefined) {\n        // The next call",
    replace: "      if (run === null) {\n        // The next call",
  },
  {
    name: "pool: a map packs all of its items at once, however large",
    file: "pool/host/scheduler.ts",
    find: "return !this.isFull && this.mayShare;",
    replace: "return !this.isFull;",
  },
  {
    name: "in flight: an answer goes to the call that has the place now",
    file: "pool/host/in-flight.ts",
    find: "return call?.number === number ? call : undefined;",
    replace: "return call;",
  },
  {
    name: "in flight: a place is given away before its call has ended",
    file: "pool/host/in-flight.ts",
    find: "    this.#nextFree = (this.#nextFree + 1) % CLAIMS;\n",
    replace: "",
  },
  {
    name: "cancel: a loop does not see it in shared memory",
    file: "pool/worker/pool-worker.ts",
    find: "    if (Atomics.load(i32, this.#claimOf(number)) !== claimWord(number, CLAIM_CANCELLED)) return;\n",
    replace: "    return;\n",
  },
  {
    name: "cancel: a reason outside the ring keeps a loop from seeing it",
    file: "pool/worker/pool-worker.ts",
    find: "    if (!scope.isAborted) scope.abort(",
    replace: "    if (scope.isAborted) scope.abort(",
  },
  {
    name: "cancel: a call is marked before its reason is published",
    file: "pool/host/link.ts",
    find: `    this.flush();
    // Only now that the reason is published: a call that sees this looks for it in the ring.
    const started = claimWord(call.number, CLAIM_STARTED);
    Atomics.compareExchange(i32, this.#claim(call.number), started, claimWord(call.number, CLAIM_CANCELLED));
`,
    replace: `    const started = claimWord(call.number, CLAIM_STARTED);
    Atomics.compareExchange(i32, this.#claim(call.number), started, claimWord(call.number, CLAIM_CANCELLED));
    this.flush();
`,
  },
  {
    name: "cancel: the cell of a reason is not freed",
    file: "worker/cancel-word.ts",
    find: "    kernel.blobs.drop(cell);\n",
    replace: "",
  },
  {
    name: "pools: a worker gets tasks of a module that was evaluated again",
    file: "pool/host/worker-set.ts",
    find: "      link.isOutdated = true;\n",
    replace: "",
  },
  {
    name: "tasks: an evaluation in the same turn is not told from the one before",
    file: "task/definitions.ts",
    find: "  if (isOfOneEvaluation(meta)) return module.meta !== meta;\n",
    replace: "",
  },
  ...sections,
  ...waits,
  ...queues,
  ...rwlock,
  ...values,
  ...syncMutants,
  ...allocator,
  ...calls,
  ...ending,
  ...idleWaits,
  ...processes,
  ...serving,
  ...adapters,
];
