/**
 * @typedef {typeof import("../../packages/core/src/kernel/layout.js")
 *   & typeof import("../../packages/core/src/kernel/layout-names.js")} Layout
 */

/**
 * The lines of a dump: each worker with its section and its waits, each object with its state and its wait queues, and the totals. Reads
 * without latches, so a region that changes meanwhile may show two moments at once.
 *
 * @param {Int32Array} words the region
 * @param {Layout} layout
 * @returns {string[]}
 */
export function describeRegion(words, layout) {
  const { CELL_KIND, CELL_SIZE, CELLS, Kind, LAST_GENERATION, MAX_WORKERS, TOP, WORD } = layout;
  const names = new Map(Object.entries(Kind).map(([name, kind]) => [/** @type {number} */ (kind), name]));
  /** @param {number} address */
  const at = (address) => words[address] ?? 0;
  /** @param {number} cell */
  const label = (cell) => `${names.get(at(cell + CELL_KIND)) ?? "Kind?"} #${cell}`;

  /** @param {number} bytes @param {number} address */
  const textAt = (bytes, address) =>
    new TextDecoder().decode(new Uint8Array(words.buffer, words.byteOffset + address * WORD, bytes).slice());

  /** @param {number} slot */
  function nameOf(slot) {
    const status = at(layout.slotAddress(slot) + layout.SLOT_STATUS);
    return status === 0 ? "main" : textAt(at(status + layout.STATUS_NAME_BYTES), status + layout.STATUS_NAME);
  }

  /** @param {number} word */
  const latch = (word) =>
    word === 0
      ? "free"
      : [
          `slot ${(word & layout.LATCH_HOLDER) - 1}`,
          ...((word & layout.LATCH_COMMITTED) === 0 ? [] : ["COMMITTED"]),
          ...((word & layout.LATCH_INHERITED) === 0 ? [] : ["INHERITED"]),
        ].join(" + ");

  /** @param {number} node */
  const state = (node) =>
    ["FREE", "WAITING", "GRANTED", "WOKEN", "OVERDUE"][at(node + layout.NODE_STATE)] ??
    `state ${at(node + layout.NODE_STATE)}`;

  /** The nodes of a wait queue in order, with their owners. @param {number} head */
  function queue(head) {
    const waits = [];
    // A list that changes while it is read may lead anywhere.
    for (let node = at(head); node > 0 && waits.length < 1000; node = at(node + layout.NODE_NEXT)) {
      waits.push(`slot ${at(node + layout.NODE_OWNER) - 1} ${state(node)}`);
    }
    return waits;
  }

  /** @param {number} word */
  function lock(word) {
    const flags = {
      WAITERS: layout.LOCK_WAITERS,
      GRANTED: layout.LOCK_GRANTED,
      ABANDONED: layout.LOCK_ABANDONED,
      OVER: layout.LOCK_OVER,
    };
    const owner = word & layout.LOCK_OWNER_MASK;
    const who = owner === 0 ? "free" : owner === layout.LOCK_LEFT ? "left" : `slot ${owner - 1}`;
    return [who, ...Object.entries(flags).flatMap(([name, flag]) => ((word & flag) === 0 ? [] : [name]))].join(" + ");
  }

  /** Of each kind with state, the words that say it. @param {number} cell @param {number} kind @returns {string | undefined} */
  function stateOf(cell, kind) {
    /** @param {Record<string, number>} offsets */
    const numbers = (offsets) =>
      Object.entries(offsets)
        .map(([name, offset]) => `${name} ${at(cell + offset)}`)
        .join(", ");
    switch (kind) {
      case Kind.Lock:
        return lock(at(cell + layout.LOCK_STATE));
      case Kind.RLock:
        return `${lock(at(cell + layout.LOCK_STATE))}, ${numbers({ task: layout.RLOCK_TASK, depth: layout.RLOCK_DEPTH })}`;
      case Kind.RWLock:
        return `writer ${lock(at(cell + layout.RW_WRITER))}, ${numbers({ readers: layout.RW_READERS })}`;
      case Kind.Semaphore:
      case Kind.BoundedSemaphore: {
        const word = at(cell + layout.SEMAPHORE_STATE);
        const waking = (word & layout.SEMAPHORE_WAKING) === 0 ? "" : " + WAKING";
        return `${word & layout.MAX_PERMITS} permits${word < 0 ? " + WAITERS" : ""}${waking}`;
      }
      case Kind.Event:
        return at(cell + layout.EVENT_FLAG) === 0 ? "clear" : "set";
      case Kind.Status:
        return at(cell + layout.EVENT_FLAG) === 0 ? "runs" : `ended, ${numbers({ code: layout.STATUS_EXIT_CODE })}`;
      case Kind.Condition:
        return `of ${label(at(cell + layout.CONDITION_LOCK))}`;
      case Kind.Barrier:
        return numbers({
          state: layout.BARRIER_STATE,
          waiting: layout.BARRIER_WAITING,
          parties: layout.BARRIER_PARTIES,
        });
      case Kind.Channel:
      case Kind.Queue:
      case Kind.LifoQueue:
      case Kind.PriorityQueue:
        return numbers({
          items: layout.QUEUE_COUNT,
          "max size": layout.QUEUE_MAX_SIZE,
          "promised items": layout.QUEUE_PROMISED_ITEMS,
          "promised places": layout.QUEUE_PROMISED_PLACES,
          unfinished: layout.QUEUE_UNFINISHED,
          shutdown: layout.QUEUE_SHUTDOWN,
          leased: layout.QUEUE_LEASED,
        });
      case Kind.Link:
        return ["calls", "answers"]
          .map((name, n) => {
            const ring = cell + (n === 0 ? layout.LINK_CALLS : layout.LINK_ANSWERS);
            return `${name} ${at(ring + layout.RING_READ) >>> 0} of ${at(ring + layout.RING_WRITTEN) >>> 0} bytes read`;
          })
          .join(", ");
      default:
        return undefined;
    }
  }

  /** @param {number} slot */
  function slotLines(slot) {
    const address = layout.slotAddress(slot);
    /** @param {number} offset */
    const word = (offset) => at(address + offset);
    const asleep = word(layout.SLOT_ASLEEP);
    const lines = [
      `slot ${slot} ${nameOf(slot)}: id ${word(layout.SLOT_ID)}, creator ${layout.creatorIn(word(layout.SLOT_STATE))}, bell ${word(layout.SLOT_BELL)}, ${
        asleep === 0 ? "awake" : asleep & layout.ASLEEP_SYNC ? "asleep, blocked" : "asleep, event loop"
      }${word(layout.SLOT_QUIESCED) === 0 ? "" : ", quiesced"}${word(layout.SLOT_CANCEL) === 0 ? "" : ", cancelled"}`,
    ];
    const inHand = word(layout.SLOT_LATCH);
    if (inHand !== 0)
      lines.push(`  latch ${inHand}: ${latch(at(inHand))}, journal of ${word(layout.SLOT_JOURNAL_COUNT)} entries`);
    const blocked = word(layout.SLOT_BLOCKED_ON);
    if (blocked !== 0) lines.push(`  blocks without a timeout at ${label(blocked - (blocked % layout.CELL_UNIT))}`);
    for (let block = word(layout.SLOT_BLOCKS); block > 0; block = at(block + layout.CELL_NEXT)) {
      for (let n = 0; n < layout.NODES_PER_BLOCK; n++) {
        const node = block + layout.BLOCK_NODES + n * layout.NODE_WORDS;
        if (at(node + layout.NODE_STATE) === layout.NODE_FREE) continue;
        lines.push(`  wait at ${label(at(node + layout.NODE_CELL))}: ${state(node)}`);
      }
    }
    return lines;
  }

  /** @param {number} cell @param {number} kind */
  function cellLines(cell, kind) {
    const says = stateOf(cell, kind);
    const held = at(cell + layout.CELL_LATCH);
    const name = layout.isObject(kind) && at(cell + layout.CELL_NAME) !== 0 ? at(cell + layout.CELL_NAME) : 0;
    const called = name === 0 ? "" : ` ${textAt(at(name + layout.NAME_BYTES), name + layout.NAME_TEXT)}`;
    if (says === undefined && held === 0) return [];
    const lines = [
      `${label(cell)}${called}: ${says ?? ""}, ${at(cell + layout.CELL_REFERENCES)} references${held === 0 ? "" : `, latch ${latch(held)}`}`,
    ];
    const queues = { A: layout.WAIT_QUEUE_A, B: layout.WAIT_QUEUE_B };
    const isQueue =
      kind === Kind.Channel || kind === Kind.Queue || kind === Kind.LifoQueue || kind === Kind.PriorityQueue;
    for (const [letter, offset] of Object.entries(isQueue ? { ...queues, joiners: layout.QUEUE_JOINERS } : queues)) {
      const waits = queue(cell + offset);
      if (waits.length > 0) lines.push(`  wait queue ${letter}: ${waits.join(", ")}`);
    }
    return lines;
  }

  const slots = Array.from({ length: MAX_WORKERS }, (_, slot) => slot).filter(
    (slot) => at(layout.slotAddress(slot) + layout.SLOT_STATE) !== layout.SLOT_FREE,
  );
  /** @type {Map<string, { cells: number, words: number }>} */
  const totals = new Map();
  const cells = [];
  const top = at(TOP);
  for (let cell = CELLS, size; cell < top; cell += size) {
    size = at(cell + CELL_SIZE);
    // The walk has met a split or a join.
    if (size <= 0 || size % layout.CELL_UNIT !== 0) break;
    const kind = at(cell + CELL_KIND);
    const name = names.get(kind) ?? "Kind?";
    const total = totals.get(name) ?? { cells: 0, words: 0 };
    totals.set(name, { cells: total.cells + 1, words: total.words + size });
    cells.push(...cellLines(cell, kind));
  }
  return [
    `region: ${top * WORD} bytes in use, ${at(LAST_GENERATION) >>> 0} allocations, latches: allocator ${latch(at(layout.ALLOCATOR_LATCH))}, names ${latch(at(layout.NAMES_LATCH))}`,
    ...slots.flatMap(slotLines),
    ...cells,
    ...[...totals].map(([name, total]) => `${name}: ${total.cells} cells, ${total.words * WORD} bytes`),
  ];
}
