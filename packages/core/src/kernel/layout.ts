/**
 * Where everything lies in the region; files beside it, layout-*.ts, have the words of some kinds. No other file knows; every offset is in 32-bit words.
 *
 *     region                               slot (one a worker, 256)         cell (a multiple of 32 words)
 *     ┌──────────────────────────┐    0    ┌──────────────────────────┐     ┌──────────────────────────┐
 *     │ magic, top, latches,     │         │ state, generation, id    │  0  │ kind      what lives here│
 *     │ counters                 │         │ bell, asleep             │  1  │ size, in words           │
 *     │ free list of each class  │         │ creator, quiesced, cancel│  2  │ generation               │
 *     ├──────────────────────────┤  256    │ latch in hand            │  3  │ references               │
 *     │ slot 0   the main worker │         │ waiter blocks            │  4  │ latch                    │
 *     │ slot 1                   │         ├──────────────────────────┤  5  │ wait queue A: head, tail │
 *     │ …                        │     16  │ journal of the critical  │  7  │ wait queue B: head, tail │
 *     │ slot 255                 │         │ section that this worker │  9  │ next, neighbour, previous│
 *     ├──────────────────────────┤ 33024   │ is in; 124: the backend's│ 12  │ holders: a bit a slot    │
 *     │ cells, up to `top`       │         │ wake address             │ 20  │ payload of its kind      │
 *     └──────────────────────────┘         └──────────────────────────┘     └──────────────────────────┘
 *
 * Cells are aligned to 32 words (128 bytes), so that two objects never share a cache line, and payloads to 8 bytes.
 * An address is a word's index in the region; 0 is never a cell and stands for "none".
 */

export const WORD = 4;

// ── region ──
export const MAGIC = 0;
export const TOP = 1;
export const ALLOCATOR_LATCH = 2;
export const NAMES_LATCH = 3;
export const NAMES = 4;
export const LAST_ID = 5;
export const LAST_WORKER_NAME = 6;
export const LAST_POOL_NAME = 7;
/** Allocations so far, modulo 2^32: the generation of the newest cell. */
export const LAST_GENERATION = 8;
/** The cell that ends at `top`; 0 while there is none. */
export const LAST_CELL = 9;
/** The highest that `top` has ever been, or was about to be: from there on all words are 0. */
export const HIGHEST_TOP = 10;
/** Counts what may concern endpoints: workers that were recovered, and endpoints that were let go of. Wraps. */
export const ENDS = 11;
/** A bit for each slot whose worker walks the cells (see Allocator.walk). */
export const WALKERS = 16;
/** A bit for each free list that is not empty, and the first cell of each list. */
export const FREE_MAP = 24;
export const FREE_LISTS = 32;
export const FREE_LIST_COUNT = 192;

/** "Hddl" */
export const MAGIC_NUMBER = 0x4864_646c;

// ── slots ──
/** The most workers of a program at a time, its main worker included. */
export const MAX_WORKERS = 256;
export const SLOTS = 256;
export const SLOT_WORDS = 192;

/** {@link SLOT_FREE}, or whose it is: {@link slotState} of its creator. */
export const SLOT_STATE = 0;
export const SLOT_ID = 1;
/** Only ever counts up; its worker sleeps on it. */
export const SLOT_BELL = 2;
/** Bits of {@link ASLEEP_SYNC} and {@link ASLEEP_ASYNC}: nobody has to be woken while it is 0. */
export const SLOT_ASLEEP = 3;
/** Whether this worker was cancelled, and where the reason lies: 0, {@link CANCELLED_BY_POST}, or a cell of {@link Kind.Blob} (see cancel-word.ts). */
export const SLOT_CANCEL = 4;
/** The latch that this worker holds, or is about to take: written before taking it, cleared after giving it back (see section.ts). */
export const SLOT_LATCH = 5;
export const SLOT_BLOCKS = 6;
export const SLOT_JOURNAL_COUNT = 7;
/** Which of this worker's blocks hold a granted node: bit (ordinal of the block modulo 32). Only a hint where to look. */
export const SLOT_GRANTED = 8;
/** 1 once another worker is about to kill this one: it enters no critical section any more. */
export const SLOT_QUIESCED = 9;
/**
 * The wait at which this worker is blocked without a timeout: the cell, 1 more for its {@link WAIT_QUEUE_B}, 0 for nothing. The other word
 * counts how often it has blocked or gone on.
 */
export const SLOT_BLOCKED_ON = 10;
export const SLOT_BLOCKINGS = 11;
/** The last cycle through this worker that was reported (see deadlock.ts). */
export const SLOT_CYCLE = 13;
/** Its cell of {@link Kind.Status}; 0 for the main worker. */
export const SLOT_STATUS = 12;
/** Whose journal this worker carries out as the heir of a latch, a slot; it counts while the latch says {@link LATCH_INHERITED}. */
export const SLOT_INHERITED = 14;
/** Where this worker's walk through the cells goes on: the beginning of a cell, or `top`. 0 while there is no walk. */
export const SLOT_CURSOR = 15;
export const SLOT_JOURNAL = 16;
export const JOURNAL_ENTRIES = 57;
export const JOURNAL_ENTRY_WORDS = 3;

/** Four words of the backend's: how others wake this worker, where that takes more than its bell. */
export const SLOT_WAKE_ADDRESS = SLOT_JOURNAL + JOURNAL_ENTRIES * JOURNAL_ENTRY_WORDS;
/** The wake address that belongs to a bell. */
export const wakeAddressOf = (bell: number): number => bell - SLOT_BELL + SLOT_WAKE_ADDRESS;
/** The wake address of a slot. */
export const wakeAddressOfSlot = (slot: number): number => slotAddress(slot) + SLOT_WAKE_ADDRESS;

export const SLOT_FREE = 0;
const SLOT_TAKEN = 1;
/** The state of a slot that the worker in slot `creator` (-1 for none) has taken for a worker; and the way back. */
export const slotState = (creator: number): number => creator + 1 + SLOT_TAKEN;
export const creatorIn = (state: number): number => state - SLOT_TAKEN - 1;

export const CANCELLED_BY_POST = 1;

export const ASLEEP_SYNC = 1;
export const ASLEEP_ASYNC = 2;

export const CELLS = SLOTS + MAX_WORKERS * SLOT_WORDS;

export const slotAddress = (slot: number): number => SLOTS + slot * SLOT_WORDS;

// ── latches ──
/** 0 when free, else the holder: its slot + 1, flags, and in the bits above its id, which differs for each worker of a slot. */
export const LATCH_HOLDER = 0x1ff;
/** The holder's journal is being carried out. */
export const LATCH_COMMITTED = 0x200;
/** The journal of somebody who died with the latch is being carried out: which, says {@link SLOT_INHERITED} of the holder. */
export const LATCH_INHERITED = 0x400;
export const LATCH_UNDER_WAY = LATCH_COMMITTED | LATCH_INHERITED;
const LATCH_LIFE_SHIFT = 11;
/** The word of a latch that the worker with `id` in `slot` holds. */
export const latchWord = (slot: number, id: number): number => (slot + 1) | (id << LATCH_LIFE_SHIFT);

// ── cells ──
/** Sizes and addresses of cells are multiples of this. */
export const CELL_UNIT = 32;

export const CELL_KIND = 0;
/** In words, header included. */
export const CELL_SIZE = 1;
/** Which allocation made it: no two cells in use have the same. */
export const CELL_GENERATION = 2;
export const CELL_REFERENCES = 3;
export const CELL_LATCH = 4;
/** Where the two wait queues begin; each is a head and, in the next word, a tail. */
export const WAIT_QUEUE_A = 5;
export const WAIT_QUEUE_B = 7;
/** The next cell of its free list; or, in use, of a list that its kind has. 0 at first. */
export const CELL_NEXT = 9;
/** Of an object: the cell of its name, 0 for none. */
export const CELL_NAME = CELL_NEXT;
/** The cell that ends where this one begins; 0 for the first. */
export const CELL_NEIGHBOUR = 10;
/** The previous cell of its free list, 0 for the first. */
export const CELL_PREVIOUS = 11;
export const CELL_HOLDERS = 12;
export const CELL_PAYLOAD = 20;

/** The content of a cell. Kinds from {@link Kind.Lock} on are objects that users hold. */
export const Kind = {
  Free: 0,
  WaiterBlock: 1,
  /** Bytes that belong to another cell: a queue's buffer. */
  Bytes: 2,
  Name: 3,
  Link: 4,
  /** Whether a worker has ended, and how. */
  Status: 5,
  /** One way of a pipe. */
  Channel: 6,
  /** The objects of a message. */
  References: 7,
  /** Bytes of a message that are too many for the way that its text goes. */
  Blob: 8,
  Mailbox: 9,
  /** The slots of a shared map. */
  MapTable: 10,
  Lock: 16,
  RLock: 17,
  Condition: 18,
  Semaphore: 19,
  BoundedSemaphore: 20,
  Event: 21,
  Queue: 22,
  Value: 23,
  SharedArray: 24,
  RWLock: 25,
  Barrier: 26,
  LifoQueue: 27,
  PriorityQueue: 28,
  Connection: 29,
  Endpoint: 30,
  SharedMap: 31,
} as const;
export type Kind = (typeof Kind)[keyof typeof Kind];

export const isObject = (kind: number): boolean => kind >= Kind.Lock;

// ── a block of waiters: nodes that one worker parks, each while one of its waits lasts ──
export const BLOCK_WORDS = 256;
export const BLOCK_NODES = 32;
export const NODES_PER_BLOCK = 28;
export const NODE_WORDS = 8;

export const NODE_NEXT = 0;
export const NODE_PREVIOUS = 1;
export const NODE_STATE = 2;
/** The owner's slot + 1. */
export const NODE_OWNER = 3;
export const NODE_CELL = 4;
/** Where in the cell the wait queue begins: {@link WAIT_QUEUE_A}, {@link WAIT_QUEUE_B}, or a word of its kind's payload. */
export const NODE_WAIT_QUEUE = 5;
/** How the wait ended: {@link OUTCOME_GRANTED}, {@link OUTCOME_ABANDONED}, or what else the gate says. */
export const NODE_OUTCOME = 6;
/** Which of its owner's blocks the node is in, counting from 0; never changes. */
export const NODE_ORDINAL = 7;

export const NODE_FREE = 0;
export const NODE_WAITING = 1;
export const NODE_GRANTED = 2;
/** The first of its queue, woken to look for the thing that it waits for. */
export const NODE_WOKEN = 3;
/** The first of its queue, woken in vain for too long. The next release hands over to it. */
export const NODE_OVERDUE = 4;

export const OUTCOME_GRANTED = 0;
export const OUTCOME_ABANDONED = 1;
export const OUTCOME_SHUT_DOWN = 2;

// ── reference set: the objects that a message refers to ──
export const REFERENCES_COUNT = CELL_PAYLOAD;
/** The worker that handed it to its holder, its slot + 1. 0 while its maker holds it, or a worker that got it from a queue. */
export const REFERENCES_FROM = CELL_PAYLOAD + 1;
/** The addresses of the objects' cells. */
export const REFERENCES_PLACES = CELL_PAYLOAD + 2;

// ── blob: bytes of a message ──
/** How many, unsigned. */
export const BLOB_BYTES = CELL_PAYLOAD;
/** As {@link REFERENCES_FROM}. */
export const BLOB_FROM = CELL_PAYLOAD + 1;
export const BLOB_DATA = CELL_PAYLOAD + 4;

// ── lock, rlock ──
/** 0 when free, else the owner's slot + 1, with the flags below (see mutex.ts). */
export const LOCK_STATE = CELL_PAYLOAD;
export const LOCK_OWNER_MASK = 0x1ff;
export const LOCK_WAITERS = 0x200;
export const LOCK_ABANDONED = 0x400;
/** With {@link LOCK_ABANDONED}: its owner did not die, it ended by itself. */
export const LOCK_OVER = 0x1000;
/** In place of the owner: it has ended by itself, and left the lock for another worker to release. */
export const LOCK_LEFT = LOCK_OWNER_MASK;
/** The owner was granted it: the wait at {@link LOCK_GRANTEE}. */
export const LOCK_GRANTED = 0x800;
/** With {@link LOCK_WAITERS}: the first in the wait queue is being woken. */
export const LOCK_WAKING = 0x2000;
/** Which task of the owner holds an rlock, and how many times over. Only the owner reads or writes these. */
export const RLOCK_TASK = CELL_PAYLOAD + 1;
export const RLOCK_DEPTH = CELL_PAYLOAD + 2;
/** The node that the lock was last granted to. */
export const LOCK_GRANTEE = CELL_PAYLOAD + 3;
/**
 * The worker for which a guard holds the lock, its slot + 1, which alone is to release it; 0 for nobody. Written by who has it, and by who
 * releases it.
 */
export const LOCK_GUARDED = CELL_PAYLOAD + 4;
/** 1 if each release hands the lock to the first waiter. Constant. */
export const LOCK_FAIR = CELL_PAYLOAD + 5;
/** Of a lock's payload, and of an rlock's. */
export const LOCK_WORDS = 6;

// ── rwlock: readers wait in wait queue A, writers in wait queue B ──
/** 0, or the writer's slot + 1, or {@link LOCK_ABANDONED}, with {@link LOCK_OVER}. */
export const RW_WRITER = CELL_PAYLOAD;
/** Reads in all. */
export const RW_READERS = CELL_PAYLOAD + 1;
/** 1 if each release hands the lock to the first that waits. Constant. */
export const RW_FAIR = CELL_PAYLOAD + 2;
/** How many reads each slot's worker has: these are given back when it dies. */
export const RW_READS = CELL_PAYLOAD + 4;
export const RW_WORDS = 4 + MAX_WORKERS;

// ── barrier: the round's parties wait in wait queue A, who comes while its action runs in wait queue B ──
export const BARRIER_STATE = CELL_PAYLOAD;
export const BARRIER_PARTIES = CELL_PAYLOAD + 1;
/** Parties of the round that wait. */
export const BARRIER_WAITING = CELL_PAYLOAD + 2;
/** The index that the next party gets while a round's parties are let go. */
export const BARRIER_NEXT = CELL_PAYLOAD + 3;
/** The worker that runs the action, its slot + 1; and which run it is, counting them. */
export const BARRIER_ACTOR = CELL_PAYLOAD + 4;
export const BARRIER_ACT = CELL_PAYLOAD + 5;
/** Milliseconds, as a double in two words. */
export const BARRIER_TIMEOUT = CELL_PAYLOAD + 6;
/** The action: 0 for none, {@link ACTION_LOCAL}, or the bytes of the task's module and name, which follow. */
export const BARRIER_ACTION = CELL_PAYLOAD + 8;
export const BARRIER_TEXT = CELL_PAYLOAD + 9;
export const ACTION_LOCAL = -1;

/** Parties come. */
export const BARRIER_OPEN = 0;
/** All have come, and the action runs. */
export const BARRIER_ACTING = 1;
/** The parties of a complete round are being let go, or those of one that was reset sent away: then it is open. */
export const BARRIER_RELEASING = 2;
export const BARRIER_RESETTING = 3;
export const BARRIER_BROKEN = 4;
/** As acting and releasing, when a party of the next round has given up: afterwards the barrier is broken. */
export const BARRIER_ACTING_LAST = 5;
export const BARRIER_RELEASING_LAST = 6;

// ── condition ──
export const CONDITION_LOCK = CELL_PAYLOAD;

// ── semaphore ──
/** Free permits, with the flags below (see semaphore.ts). */
export const SEMAPHORE_STATE = CELL_PAYLOAD;
/** It changes only under the latch: a worker waits and no permit is free, or a section counts. */
export const SEMAPHORE_WAITERS = 1 << 31;
/** The first in the wait queue is being woken. */
export const SEMAPHORE_WAKING = 1 << 30;
export const SEMAPHORE_INITIAL = CELL_PAYLOAD + 1;
/** 1 if each release hands its permits to waiters. Constant. */
export const SEMAPHORE_FAIR = CELL_PAYLOAD + 2;
export const SEMAPHORE_WORDS = 3;
export const MAX_PERMITS = 2 ** 30 - 1;

// ── event, status ──
export const EVENT_FLAG = CELL_PAYLOAD;
export const STATUS_EXIT_CODE = CELL_PAYLOAD + 1;
/** Whose it is: its slot + 1; and the beginning of its name. */
export const STATUS_OWNER = CELL_PAYLOAD + 2;
export const STATUS_NAME_BYTES = CELL_PAYLOAD + 3;
/** A lock that the worker left locked as it ended by itself, 0 for none. Written by itself, before the flag is set. */
export const STATUS_LEFT = CELL_PAYLOAD + 4;
/** How far the worker's target has come (see target-state.ts). */
export const STATUS_TARGET = CELL_PAYLOAD + 5;
export const STATUS_NAME = CELL_PAYLOAD + 6;
export const MOST_STATUS_NAME_BYTES = 64;
export const STATUS_WORDS = 6 + MOST_STATUS_NAME_BYTES / WORD;

// ── queue, way of a pipe: getters wait in wait queue A, putters in wait queue B, joiners in a queue of the payload ──
export const QUEUE_MAX_SIZE = CELL_PAYLOAD;
export const QUEUE_COUNT = CELL_PAYLOAD + 1;
/** Items promised to getters that were granted and have not yet taken theirs; likewise spaces promised to putters. */
export const QUEUE_PROMISED_ITEMS = CELL_PAYLOAD + 2;
export const QUEUE_PROMISED_PLACES = CELL_PAYLOAD + 3;
/** The cell of bytes, 0 before the first put. */
export const QUEUE_BUFFER = CELL_PAYLOAD + 4;
/** A ring's first frame, a byte offset into the buffer's payload, always smaller than its capacity. */
export const QUEUE_FIRST_BYTE = CELL_PAYLOAD + 5;
/** Bytes of the buffer in use. */
export const QUEUE_USED_BYTES = CELL_PAYLOAD + 6;
/** Items put and neither marked done nor discarded. */
export const QUEUE_UNFINISHED = CELL_PAYLOAD + 7;
/** One of the states below; it only ever goes up. */
export const QUEUE_SHUTDOWN = CELL_PAYLOAD + 8;
/** The wait queue of joiners, which wait until nothing is unfinished: head, tail. */
export const QUEUE_JOINERS = CELL_PAYLOAD + 9;
/** Items that a priority queue has ever been given: two words, the low one first. */
export const QUEUE_SERIAL = CELL_PAYLOAD + 11;
/** 1 if what is there is always promised to the first that waits. Constant. */
export const QUEUE_FAIR = CELL_PAYLOAD + 13;
/**
 * The lease of a ring's first items (see lease.ts), in a cache line that putters do not touch. The holder, its slot + 1, stands above
 * {@link LEASE_LEFT}; those bits count the items that it has not taken yet. And how many were leased.
 */
export const QUEUE_LEASE = CELL_PAYLOAD + 28;
export const QUEUE_LEASED = CELL_PAYLOAD + 29;
export const LEASE_LEFT = 0xfff;
export const LEASE_HOLDER = LEASE_LEFT + 1;
export const QUEUE_WORDS = 30;

export const SHUTDOWN_NONE = 0;
/** Nothing more goes in; the remaining items may come out. */
export const SHUTDOWN_DRAINS = 1;
/** The remaining items are discarded. */
export const SHUTDOWN_DISCARDS = 2;

// ── a priority queue's item, in a cell of bytes: four words to compare by, unsigned, the first one first; then a frame ──
export const ITEM_KEY = CELL_PAYLOAD;
export const ITEM_KEY_WORDS = 4;
export const ITEM_FRAME = ITEM_KEY + ITEM_KEY_WORDS;

// ── connection: the ways of its pipe, the one that it receives from and the one that it sends into ──
export const CONNECTION_INBOX = CELL_PAYLOAD;
export const CONNECTION_OUTBOX = CELL_PAYLOAD + 1;

// ── value, shared array ──
export const SHARED_TYPE = CELL_PAYLOAD;
/** The rlock, made when first asked for. */
export const SHARED_LOCK = CELL_PAYLOAD + 1;
export const SHARED_LENGTH = CELL_PAYLOAD + 2;
export const SHARED_DATA = CELL_PAYLOAD + 4;

// ── link: a ring of bytes each way, between a pool and one of its workers, and a word for each call under way ──
/** Nanoseconds that a call takes on average, 0 while that is not known. Written by the worker alone, before it publishes an answer. */
export const LINK_PACE = CELL_PAYLOAD;
export const LINK_CALLS = CELL_PAYLOAD + 12;
export const RING_WORDS = 48;
export const LINK_ANSWERS = LINK_CALLS + RING_WORDS;
export const LINK_CLAIMS = LINK_ANSWERS + RING_WORDS;
/** Calls on a link at once, at most. */
export const CLAIMS = 1024;
export const LINK_CALL_BYTES = LINK_CLAIMS + CLAIMS;
/** Bytes of each ring, powers of two. That of answers has room for an answer to each call that may be under way (see `entries.ts`). */
export const CALL_RING_CAPACITY = 1 << 17;
export const ANSWER_RING_CAPACITY = 1 << 18;
export const LINK_ANSWER_BYTES = LINK_CALL_BYTES + CALL_RING_CAPACITY / WORD;
export const LINK_END = LINK_ANSWER_BYTES + ANSWER_RING_CAPACITY / WORD;

/** Bytes that the reader has taken, and bytes that the writer has put, in all. Each wraps at 2^32 and has a cache line of its own. */
export const RING_READ = 0;
/** 1 while the writer waits until something is read, and wants to be rung then. */
export const RING_WRITER_WAITS = 1;
export const RING_WRITTEN = 32;

/**
 * A claim's state, in the two low bits under the call's number. A posted call belongs to the side that changes it first, worker or pool.
 *
 * | `LINK_CLAIMS`    | meaning                          | changed by                              | to                                  |
 * |------------------|----------------------------------|-----------------------------------------|-------------------------------------|
 * | CLAIM_POSTED     | in the ring, not started         | the worker, by CAS; the pool, by CAS    | CLAIM_STARTED; CLAIM_TAKEN_BACK     |
 * | CLAIM_STARTED    | it runs, or has ended            | the pool, by CAS; the pool, as it posts | CLAIM_CANCELLED; another call's     |
 * | CLAIM_CANCELLED  | it runs, and was asked to stop   | the pool, as it posts                   | another call's                      |
 * | CLAIM_TAKEN_BACK | the worker skips it              | the pool, as it posts                   | another call's                      |
 */
export const CLAIM_POSTED = 0;
export const CLAIM_STARTED = 1;
export const CLAIM_TAKEN_BACK = 2;
export const CLAIM_CANCELLED = 3;
export const claimWord = (call: number, state: number): number => (call << 2) | state;
