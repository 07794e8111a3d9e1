import assert from "node:assert/strict";
import { ConnectionClosedError, QueueShutDownError } from "../../../src/contracts/errors.js";
import type { Connection } from "../../../src/contracts/pipe.js";
import type { Queue } from "../../../src/contracts/queue.js";
import type { Operation } from "../paused.js";
import { Scene } from "../scene.js";
import { virtual } from "../virtual.js";

/** How long the first waiter is woken in vain. */
const OVERDUE_MS = 1;

const LATE = ["QueueFullError", "QueueEmptyError", "TimeoutError"];
const isLate = (error: unknown): boolean => LATE.includes((error as Error).name);
const isRefused = (error: unknown): boolean =>
  isLate(error) || error instanceof QueueShutDownError || error instanceof ConnectionClosedError;

/** Does it, unless it is refused. */
function unlessRefused(act: () => void): void {
  try {
    act();
  } catch (error) {
    if (!isRefused(error)) throw error;
  }
}

/** Items that go from workers to workers. */
abstract class Items extends Scene {
  readonly sent: string[] = [];
  readonly got: string[] = [];
  getting = 0;
  putting = 0;
  #serial = 0;

  /** Some are longer than what a queue has room for at first. */
  next(): string {
    const serial = this.#serial++;
    return `${serial}${" ".repeat((serial % 3) * 150)}`;
  }

  put(put: (item: string) => Promise<void>): void {
    const item = this.next();
    this.putting++;
    this.wait(
      put(item).finally(() => this.putting--),
      () => this.sent.push(item),
      isRefused,
    );
  }

  putNow(put: (item: string) => void): void {
    unlessRefused(() => {
      const item = this.next();
      put(item);
      this.sent.push(item);
    });
  }

  get(got: Promise<string>): void {
    this.getting++;
    this.wait(
      got.finally(() => this.getting--),
      (item) => this.got.push(item),
      isRefused,
    );
  }

  getNow(get: () => string): void {
    unlessRefused(() => this.got.push(get()));
  }

  /** Items that came out were put in, and none came out twice. */
  override check(): void {
    assert.equal(new Set(this.got).size, this.got.length, "no item comes twice");
    for (const item of this.got) assert.ok(this.sent.includes(item), "an item that comes was put");
  }
}

type QueueKind = "Queue" | "LifoQueue" | "PriorityQueue";

/**
 * A queue that is full, with two that wait to put into it; or an empty one, with two that wait for items. The first of them may have been
 * woken in vain for too long.
 */
export class QueueScene extends Items {
  readonly operations: Readonly<Record<string, Operation>>;
  readonly #queue: Queue<string>;
  readonly #isFifo: boolean;
  #done = 0;
  #isDiscarded = false;

  constructor(kind: QueueKind, bound: number, { fair = false, overdue = false } = {}) {
    super();
    this.#isFifo = kind === "Queue";
    const [queue, first, second, third] = this.share<Queue<string>>(
      new this.main.surface[kind]<string>({ maxSize: bound, fair }),
    );
    this.#queue = queue;
    const own = { signal: this.signal(1), timeout: 50 };
    if (bound > 0) {
      for (let n = 0; n < bound; n++) this.putNow((item) => queue.putNowait(item));
      this.put((item) => first.put(item, own));
      this.put((item) => second.put(item));
    } else {
      this.get(first.get(own));
      this.get(second.get());
    }
    for (let n = 0; overdue && n < 2; n++, virtual.now += OVERDUE_MS) {
      if (bound > 0) this.getNow(() => queue.getNowait());
      this.putNow((item) => queue.putNowait(item));
      if (bound === 0) this.getNow(() => queue.getNowait());
      this.threads[1].wake();
    }
    this.operations = {
      get: this.by(0, () => this.get(queue.get())),
      "get at once": this.by(0, () => this.getNow(() => queue.getNowait())),
      put: this.by(3, () => this.put((item) => third.put(item, { signal: this.signal(3) }))),
      "put at once": this.by(3, () => this.putNow((item) => third.putNowait(item))),
      "get by another": this.by(3, () => this.getNow(() => third.getNowait())),
      // The kinds differ in where they keep their items, and in nothing else.
      ...(kind === "Queue" && {
        taskDone: this.by(0, () => this.#taskDone()),
        join: this.by(2, () => this.wait(second.join())),
        "another wakes": this.by(2, () => this.threads[2].wake()),
        "put by the first": this.by(0, () => this.put((item) => queue.put(item))),
        shutdown: this.by(0, () => queue.shutdown()),
      }),
      "shutdown at once": this.by(3, () => {
        this.#isDiscarded = true;
        third.shutdown({ immediate: true });
      }),
      ...this.waiting(1, "who waits"),
    };
  }

  #taskDone(): void {
    if (this.#done === this.got.length) return;
    this.#done++;
    this.#queue.taskDone();
  }

  override check(): void {
    super.check();
    const queue = this.#queue;
    if (queue.maxSize > 0) assert.ok(queue.size <= queue.maxSize, "no more than there is room for");
    if (queue.isShutDown) {
      assert.equal(this.getting + this.putting, 0, "nobody waits at a queue that was shut down");
    } else {
      assert.equal(queue.size, this.sent.length - this.got.length, "its size is what was put and not got");
      if (this.getting > 0) assert.equal(queue.size, 0, "nobody waits for an item that is there");
      if (this.putting > 0) assert.ok(queue.isFull, "nobody waits for a place that is there");
    }
  }

  async finish(): Promise<void> {
    const queue = this.#queue;
    for (let turn = 0; turn < 100 && this.putting > 0; turn++) {
      this.getNow(() => queue.getNowait());
      await this.settle();
    }
    for (let turn = 0; turn < 100 && this.getting > 0; turn++) {
      this.putNow((item) => queue.putNowait(item));
      await this.settle();
    }
    const left: number[] = [];
    while (!queue.isEmpty) {
      const item = queue.getNowait();
      left.push(Number(item));
      this.got.push(item);
    }
    if (!this.#isDiscarded) assert.deepEqual([...this.got].sort(), [...this.sent].sort(), "each item comes once");
    if (this.#isFifo && left.length === 2 && !this.#isDiscarded && this.#serialsAreOfOne(left)) {
      assert.deepEqual(
        left,
        [...left].sort((a, b) => a - b),
      );
    }
    while (this.#done < this.got.length) this.#taskDone();
    this.wait(queue.join());
    await this.settle();
    assert.throws(() => queue.taskDone(), "everything was done");
  }

  /** The first two items were put by one worker, before all others. */
  #serialsAreOfOne(serials: readonly number[]): boolean {
    return serials.every((serial) => serial < this.#queue.maxSize);
  }
}

/** A pipe, at one end of which somebody waits. */
export class PipeScene extends Items {
  readonly operations: Readonly<Record<string, Operation>>;
  readonly #here: Connection<string>;
  readonly #there: Connection<string>;
  #isClosed = false;

  constructor() {
    super();
    const [near, far] = this.main.surface.pipe<string>();
    const [here, , other] = this.share(near);
    const [there, first, , third] = this.share(far);
    this.#here = here;
    this.#there = there;
    this.get(first.recv({ signal: this.signal(1), timeout: 50 }));
    this.operations = {
      send: this.by(0, () => this.putNow((item) => here.sendSync(item))),
      "send by another": this.by(2, () => this.put((item) => other.send(item))),
      recv: this.by(3, () => this.get(third.recv())),
      "recv at once": this.by(3, () => this.getNow(() => third.recvSync({ timeout: 0 }))),
      poll: this.by(3, () => this.#poll(third)),
      close: this.by(2, () => this.#close(other)),
      "close the other end": this.by(3, () => this.#close(third)),
      ...this.waiting(1, "who waits"),
    };
  }

  #poll(end: Connection<string>): void {
    this.getting++;
    this.wait(
      end.poll({ signal: this.signal(3) }).finally(() => this.getting--),
      (isThere) => assert.ok(isThere),
      isRefused,
    );
  }

  #close(end: Connection<string>): void {
    this.#isClosed = true;
    end.close();
  }

  override check(): void {
    super.check();
    if (this.#isClosed) assert.equal(this.getting, 0, "nobody waits at a pipe that is closed");
    else if (this.getting > 0) assert.equal(this.got.length, this.sent.length, "nobody waits for what is there");
  }

  async finish(): Promise<void> {
    for (let turn = 0; turn < 100 && !this.#isClosed; turn++) {
      if (this.getting > 0) this.putNow((item) => this.#here.sendSync(item));
      else if (this.got.length < this.sent.length) this.getNow(() => this.#there.recvSync({ timeout: 0 }));
      else break;
      await this.settle();
    }
    if (!this.#isClosed) assert.deepEqual([...this.got].sort(), [...this.sent].sort(), "each item comes once");
    this.#close(this.#here);
    this.#close(this.#there);
    await this.settle();
  }
}
