import type { ConnectionConstructor, pipe as makePipe } from "../contracts/pipe.js";
import type {
  LifoQueueConstructor,
  PriorityQueueConstructor,
  QueueConstructor,
  QueueOptions,
} from "../contracts/queue.js";
import { typeError } from "../contracts/wrong-use.js";
import { checkInteger, checkOptions } from "../kernel/arguments.js";
import type { Kernel } from "../kernel/kernel.js";
import {
  CONNECTION_INBOX,
  CONNECTION_OUTBOX,
  Kind,
  QUEUE_FAIR,
  QUEUE_MAX_SIZE,
  QUEUE_WORDS,
} from "../kernel/layout.js";
import * as connection from "../queue/connection.js";
import * as lifo from "../queue/lifo-queue.js";
import * as priority from "../queue/priority-queue.js";
import * as queue from "../queue/queue.js";
import { type Arity, taking } from "./arity.js";
import { type Backend, type Bindings, exportedAs } from "./bindings.js";
import { bindClass, create, isFair } from "./create.js";
import { messages } from "./messages.js";

const MAX_SIZE = { maxSize: "it is given as the queue is made, new Queue({ maxSize })" };
const PUTS = "put putSync putNowait tryPut";
const QUEUE: Arity = {
  throws: [
    "getNowait taskDone dispose",
    "putNowait tryPut getSync tryGet items itemsSync joinSync shutdown",
    "named putSync",
  ],
  rejects: ["", "get join", "put"],
  items: PUTS,
  instead: MAX_SIZE,
};
const PRIORITY_QUEUE: Arity = {
  throws: [
    "getNowait taskDone dispose",
    "getSync tryGet items itemsSync joinSync shutdown",
    "named putSync putNowait tryPut",
  ],
  rejects: QUEUE.rejects as readonly string[],
  items: PUTS,
  instead: MAX_SIZE,
};
const CONNECTION: Arity = {
  throws: ["close dispose", "sendSync recvSync tryRecv items itemsSync pollSync"],
  rejects: ["", "send recv poll"],
  items: "send sendSync",
};

export const Queue = (backend: Backend): QueueConstructor =>
  backend.get("Queue", (own) => exportedAs("Queue", bindQueue(messages(own).kernel), QUEUE));

export const LifoQueue = (backend: Backend): LifoQueueConstructor =>
  backend.get("LifoQueue", (own) => exportedAs("LifoQueue", bindLifoQueue(messages(own).kernel), QUEUE));

export const PriorityQueue = (backend: Backend): PriorityQueueConstructor =>
  backend.get("PriorityQueue", (own) =>
    exportedAs("PriorityQueue", bindPriorityQueue(messages(own).kernel), PRIORITY_QUEUE),
  );

export const Connection = (backend: Backend): ConnectionConstructor =>
  backend.get("Connection", (own) => pipes(own).Connection);

export const pipe = (backend: Backend): typeof makePipe => backend.get("pipe", (own) => pipes(own).pipe);

const pipes = (own: Bindings): Pipes => own.get("pipes", () => bindPipes(messages(own).kernel));

const MOST_ITEMS = 2 ** 31 - 1;

type Given = number | QueueOptions | undefined;

/** For `instanceof`, all of them are queues. */
function bindKind(kernel: Kernel, kind: Kind, className: string, base: Queues): unknown {
  return bindClass(kernel, className, base, {
    kind,
    most: 1,
    create: (given: Given) => createQueue(kernel, kind, given),
    agreed: (given: Given) => argumentsOf(given),
    operations: {
      passGrant: (cell, node) => new base(kernel, cell).passGrant(node),
      onCancel: (cell) => new base(kernel, cell).onCancel(),
      onOwnerDeath: (cell) => new base(kernel, cell).onOwnerDeath(),
      destroy: (cell) => new base(kernel, cell).destroy(),
    },
    instancesOf: "Queue",
  });
}

export const bindQueue = (kernel: Kernel): QueueConstructor =>
  bindKind(kernel, Kind.Queue, "Queue", queue.Queue) as QueueConstructor;

export const bindLifoQueue = (kernel: Kernel): LifoQueueConstructor =>
  bindKind(kernel, Kind.LifoQueue, "LifoQueue", lifo.LifoQueue) as LifoQueueConstructor;

export const bindPriorityQueue = (kernel: Kernel): PriorityQueueConstructor =>
  bindKind(kernel, Kind.PriorityQueue, "PriorityQueue", priority.PriorityQueue) as PriorityQueueConstructor;

type Queues = typeof queue.Queue | typeof lifo.LifoQueue | typeof priority.PriorityQueue;

interface Pipes {
  readonly Connection: ConnectionConstructor;
  readonly pipe: typeof makePipe;
}

export function bindPipes(kernel: Kernel): Pipes {
  const { cells } = kernel;

  class Connection<T = unknown> extends connection.Connection<T> {
    constructor() {
      super(kernel, refuseToConstruct());
    }
  }
  cells.define(Kind.Connection, {
    proxy: (cell) => Reflect.construct(connection.Connection, [kernel, cell], Connection),
    onOwnerDeath: (cell) => {
      if (waysOf(kernel, cell).length === 2) new connection.Connection(kernel, cell).onOwnerDeath();
    },
    onCrash: (cell) => new connection.Connection(kernel, cell).close(),
    destroy: (cell) => destroyConnection(kernel, cell),
    // Waits at the way out are the other end's.
    parksAt: (cell) => waysOf(kernel, cell).slice(0, 1),
  });
  cells.define(Kind.Channel, {
    passGrant: (cell, node) => new connection.Way(kernel, cell).passGrant(node),
    onCancel: (cell) => new connection.Way(kernel, cell).onCancel(),
    destroy: (cell) => new connection.Way(kernel, cell).destroy(),
  });

  const exported = exportedAs("Connection", Connection, CONNECTION, "pipe() makes both ends of one");
  return { Connection: exported, pipe: taking(0, "pipe", <T>() => createPipe<T>(kernel)) };
}

function createQueue(kernel: Kernel, kind: Kind, given: Given): number {
  const [maxSize, fair] = argumentsOf(given);
  const cell = create(kernel, kind, QUEUE_WORDS);
  kernel.region.i32[cell + QUEUE_FAIR] = Number(fair);
  Atomics.store(kernel.region.i32, cell + QUEUE_MAX_SIZE, maxSize);
  return cell;
}

/** As given by a user: a number, or options. */
function argumentsOf(given: Given): [maxSize: number, fair: boolean] {
  const options = typeof given === "object" ? given : { maxSize: given };
  checkOptions(options, "A queue", ["maxSize", "fair"]);
  const { maxSize = 0, fair } = options;
  return [checkInteger(maxSize, "The maxSize of a queue", 0, MOST_ITEMS), isFair("A queue", { fair })];
}

function refuseToConstruct(): never {
  throw typeError("Connections come in pairs: pipe() makes both ends of one");
}

function createPipe<T>(kernel: Kernel): [connection.Connection<T>, connection.Connection<T>] {
  const ways = [create(kernel, Kind.Channel, QUEUE_WORDS), create(kernel, Kind.Channel, QUEUE_WORDS)] as const;
  const ends = [createEnd(kernel, ways[0], ways[1]), createEnd(kernel, ways[1], ways[0])];
  // From here on the ends alone hold them.
  for (const way of ways) kernel.cells.letGo(way);
  return ends.map((end) => kernel.cells.proxy(end)) as [connection.Connection<T>, connection.Connection<T>];
}

/**
 * | word | state | changed by | to |
 * |---|---|---|---|
 * | `CONNECTION_INBOX`, `CONNECTION_OUTBOX` | 0 | the maker, in the commit that counts the reference | the way's cell |
 * | the same | the way's cell | the worker that destroys the end | 0 |
 */
function createEnd(kernel: Kernel, inbox: number, outbox: number): number {
  const cell = create(kernel, Kind.Connection, 2);
  kernel.cells.referToCell(cell + CONNECTION_INBOX, inbox);
  kernel.cells.referToCell(cell + CONNECTION_OUTBOX, outbox);
  return cell;
}

/** The cells of a connection's two ways, the way in first. */
function waysOf(kernel: Kernel, cell: number): readonly number[] {
  const { i32 } = kernel.region;
  // 0 where a worker has died making it, or giving it up.
  return [CONNECTION_INBOX, CONNECTION_OUTBOX].map((word) => Atomics.load(i32, cell + word)).filter((way) => way !== 0);
}

/** The last who held this end has let go of it: that closes it. */
function destroyConnection(kernel: Kernel, cell: number): void {
  if (waysOf(kernel, cell).length === 2) new connection.Connection(kernel, cell).close();
  for (const word of [CONNECTION_INBOX, CONNECTION_OUTBOX]) kernel.cells.referNoMore(cell + word);
}
