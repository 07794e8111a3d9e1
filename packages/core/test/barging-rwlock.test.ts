import assert from "node:assert/strict";
import fc from "fast-check";
import { afterEach, beforeEach, describe, it } from "vitest";
import type { Guard, RWLock } from "../src/contracts/sync.js";
import { NODE_OVERDUE, NODE_STATE, WAIT_QUEUE_A, WAIT_QUEUE_B } from "../src/kernel/layout.js";
import { historiesOf } from "./histories.js";
import { SteppedBackend, type Thread } from "./reference/stepped-backend.js";
import { goOn, stopTheWorld, virtual } from "./reference/virtual.js";

/** How long the first waiter is woken in vain. */
const OVERDUE_MS = 1;

type Access = "read" | "write";

/** A lock, seen by four workers: its holders, and the order in which those that waited got it. */
class Shared {
  readonly backend = new SteppedBackend(4);
  readonly threads = this.backend.threads as [Thread, Thread, Thread, Thread];
  readonly locks: RWLock[];
  readonly order: string[] = [];
  readonly errors: string[] = [];
  readonly held: { readonly n: number; readonly access: Access; readonly guard: Guard }[] = [];

  constructor(fair = false) {
    const [main] = this.threads;
    const lock = new main.surface.RWLock({ fair });
    this.locks = this.threads.map((thread) => (thread === main ? lock : this.backend.share(lock, thread)));
  }

  by(n: number, act: (lock: RWLock) => unknown): Promise<void> {
    return this.backend.step(this.threads[n] as Thread, () => act(this.locks[n] as RWLock));
  }

  enter(n: number, access: Access, guard: Guard): void {
    this.held.push({ n, access, guard });
    const writers = this.held.filter((held) => held.access === "write").length;
    assert.ok(writers === 0 || this.held.length === 1, "one writes, or some read");
  }

  wait(n: number, access: Access, options: { signal?: AbortSignal; timeout?: number } = {}): Promise<void> {
    return this.by(n, (lock) => {
      const wait = access === "read" ? lock.holdRead(options) : lock.holdWrite(options);
      void wait.then(
        (guard) => {
          this.enter(n, access, guard);
          this.order.push(`${n} ${access}`);
        },
        (error: Error) => this.errors.push(error.name),
      );
    });
  }

  async take(n: number, access: Access): Promise<boolean> {
    let guard: Guard | undefined;
    await this.by(n, (lock) => {
      guard = access === "read" ? lock.tryHoldRead() : lock.tryHoldWrite();
    });
    if (guard !== undefined) this.enter(n, access, guard);
    return guard !== undefined;
  }

  /** Worker n gives back what it has held longest; false if it holds nothing. */
  async release(n: number): Promise<boolean> {
    const at = this.held.findIndex((held) => held.n === n);
    const [held] = at < 0 ? [] : this.held.splice(at, 1);
    await this.by(n, () => held?.guard.release());
    return held !== undefined;
  }

  wake(n: number): Promise<void> {
    return this.backend.step(this.threads[n] as Thread, () => (this.threads[n] as Thread).wake());
  }

  get #cell(): number {
    const [{ kernel }] = this.threads;
    return kernel.cells.handleOf(this.locks[0] as RWLock)?.address ?? 0;
  }

  /** Whether the first that waits so was woken in vain for too long. */
  isOverdue(access: Access): boolean {
    const { region } = this.threads[0].kernel;
    const node = region.i32[this.#cell + (access === "read" ? WAIT_QUEUE_A : WAIT_QUEUE_B)];
    return node !== 0 && region.i32[(node as number) + NODE_STATE] === NODE_OVERDUE;
  }

  get mayWake(): number[] {
    return [0, 1, 2, 3].filter((n) => this.threads[n]?.mayWake);
  }

  /** Worker n writes, gives it back and writes again before those that wait are awake. */
  async overtake(n: number): Promise<void> {
    assert.ok(await this.release(n));
    assert.ok(await this.take(n, "write"), "it is free while the first waiter wakes up");
  }
}

beforeEach(() => stopTheWorld());
afterEach(() => goOn());

describe("a lock for readers and writers that is given back while others wait", () => {
  it("is free until the first writer is awake, which then waits on, in its place", async () => {
    const shared = new Shared();
    assert.ok(await shared.take(0, "write"));
    await shared.wait(1, "write");
    await shared.wait(2, "write");
    await shared.release(0);
    assert.deepEqual(shared.mayWake, [1], "one wake-up");
    assert.ok(await shared.take(3, "read"));
    assert.ok(await shared.take(0, "read"));
    await shared.wake(1);
    assert.deepEqual(shared.order, []);
    assert.equal(await shared.take(3, "read"), false, "a writer that has looked holds up new readers");
    assert.equal(await shared.take(3, "write"), false);
    await shared.release(0);
    assert.deepEqual(shared.mayWake, []);
    await shared.release(3);
    assert.deepEqual(shared.mayWake, [1], "it is woken anew once the last reader has left");
    await shared.wake(1);
    assert.deepEqual(shared.order, ["1 write"]);
    await shared.release(1);
    await shared.backend.settle();
    assert.deepEqual(shared.order, ["1 write", "2 write"]);
  });

  it("wakes all readers where no writer waits, and each enters by itself", async () => {
    const shared = new Shared();
    assert.ok(await shared.take(0, "write"));
    for (const n of [1, 2, 3]) await shared.wait(n, "read");
    await shared.release(0);
    assert.deepEqual([shared.mayWake, shared.locks[0]?.readers], [[1, 2, 3], 0]);
    await shared.wake(3);
    assert.deepEqual(shared.order, ["3 read"], "nobody waits for one that does not look");
    await shared.wake(1);
    await shared.wake(2);
    assert.equal(shared.locks[0]?.readers, 3);
  });

  it("wakes a reader that came while others were being woken", async () => {
    const shared = new Shared();
    assert.ok(await shared.take(0, "write"));
    await shared.wait(1, "read");
    await shared.overtake(0);
    await shared.wait(2, "read");
    await shared.release(0);
    assert.deepEqual(shared.mayWake, [1, 2]);
    await shared.wake(2);
    assert.deepEqual(shared.order, ["2 read"]);
  });

  it("wakes a reader that looked in vain, between others that have not looked, once one of these has", async () => {
    const shared = new Shared();
    assert.ok(await shared.take(0, "write"));
    for (const n of [1, 2, 3]) await shared.wait(n, "read");
    await shared.overtake(0);
    await shared.wake(2);
    await shared.release(0);
    await shared.wake(1);
    assert.deepEqual(shared.mayWake, [2, 3]);
    await shared.wake(2);
    assert.deepEqual(shared.order, ["1 read", "2 read"]);
  });

  it.each(["write", "read"] as const)(
    "is handed to the first to %s once that was woken in vain for a millisecond",
    async (access) => {
      const shared = new Shared();
      assert.ok(await shared.take(0, "write"));
      await shared.wait(1, access);
      await shared.overtake(0);
      await shared.wake(1);
      virtual.now += OVERDUE_MS - 0.1;
      await shared.overtake(0);
      await shared.wake(1);
      virtual.now += 0.1;
      await shared.overtake(0);
      await shared.wake(1);
      await shared.wait(2, "write");
      await shared.release(0);
      assert.equal(await shared.take(0, "write"), false, "nobody overtakes it any more");
      assert.equal(await shared.take(3, "read"), false, "a writer holds up readers");
      await shared.wake(1);
      assert.deepEqual(shared.order, [`1 ${access}`]);
      await shared.release(1);
      assert.ok(await shared.take(3, "write"), "the next one has its own time");
    },
  );

  it("lets an overdue reader in before the writers that wait", async () => {
    const shared = new Shared();
    assert.ok(await shared.take(0, "write"));
    await shared.wait(1, "read");
    for (const ms of [OVERDUE_MS, 0]) {
      await shared.overtake(0);
      await shared.wake(1);
      virtual.now += ms;
    }
    await shared.wait(2, "write");
    await shared.release(0);
    assert.equal(shared.locks[0]?.readers, 1, "its read counts at once");
    await shared.backend.settle();
    assert.deepEqual(shared.order, ["1 read"]);
    await shared.release(1);
    await shared.backend.settle();
    assert.deepEqual(shared.order, ["1 read", "2 write"]);
  });

  it.each(["write", "read"] as const)("is always handed to the first to %s if it is fair", async (access) => {
    const shared = new Shared(true);
    assert.ok(await shared.take(0, "write"));
    await shared.wait(1, access);
    await shared.release(0);
    assert.equal(await shared.take(3, "write"), false);
    await shared.wake(1);
    assert.deepEqual(shared.order, [`1 ${access}`]);
  });

  it.each(["write", "read"] as const)(
    "is handed at once to a wait to %s of the worker that gives it back",
    async (access) => {
      const shared = new Shared();
      assert.ok(await shared.take(0, "write"));
      await shared.wait(0, access);
      await shared.release(0);
      assert.deepEqual(shared.order, [`0 ${access}`], "without a wake-up");
    },
  );

  describe.each(["write", "read"] as const)("is the next one's if the woken one, that waits to %s,", (access) => {
    const woken = async (): Promise<{ shared: Shared; abort: AbortController }> => {
      const shared = new Shared();
      const abort = new AbortController();
      assert.ok(await shared.take(0, "write"));
      await shared.wait(1, access, { signal: abort.signal, timeout: 50 });
      await shared.wait(2, access);
      await shared.release(0);
      return { shared, abort };
    };

    it("gives up", async () => {
      const { shared, abort } = await woken();
      await shared.by(1, () => abort.abort());
      await shared.wake(2);
      assert.deepEqual(shared.order, [`2 ${access}`]);
    });

    it("dies", async () => {
      const { shared } = await woken();
      await shared.backend.recover(shared.threads[1]);
      await shared.wake(2);
      assert.deepEqual(shared.order, [`2 ${access}`]);
      assert.equal(shared.locks[0]?.abandoned, false);
    });

    it("is late, and others have it: the next is woken as they leave", async () => {
      const { shared } = await woken();
      assert.ok(await shared.take(3, "write"));
      await shared.backend.step(shared.threads[1], () => shared.threads[1].timers.runFirst());
      assert.deepEqual(shared.errors, ["TimeoutError"]);
      await shared.release(3);
      await shared.wake(2);
      assert.deepEqual(shared.order, [`2 ${access}`]);
    });

    it("is late, and it is free: it has it", async () => {
      const { shared } = await woken();
      await shared.backend.step(shared.threads[1], () => shared.threads[1].timers.runFirst());
      assert.deepEqual([shared.order, shared.errors], [[`1 ${access}`], []]);
    });
  });

  it("lets readers in once the only writer, which held them up, gives up", async () => {
    const shared = new Shared();
    const abort = new AbortController();
    assert.ok(await shared.take(0, "read"));
    await shared.wait(1, "write", { signal: abort.signal });
    await shared.wait(2, "read");
    assert.deepEqual(shared.mayWake, []);
    await shared.by(1, () => abort.abort());
    await shared.wake(2);
    assert.deepEqual(shared.order, ["2 read"]);
  });

  it("fails those that are being woken if a worker that took it meanwhile dies writing", async () => {
    const shared = new Shared();
    assert.ok(await shared.take(0, "write"));
    await shared.wait(1, "write");
    await shared.wait(2, "read");
    await shared.release(0);
    assert.ok(await shared.take(3, "write"));
    await shared.backend.recover(shared.threads[3]);
    await shared.backend.settle();
    assert.deepEqual([shared.order, shared.errors], [[], ["AbandonedError", "AbandonedError"]]);
    shared.locks[0]?.recover();
    shared.held.length = 0;
    assert.ok(await shared.take(0, "write"));
  });

  it("wakes more readers than a journal has room for", async () => {
    const shared = new Shared();
    assert.ok(await shared.take(0, "write"));
    for (let n = 0; n < 100; n++) await shared.wait(1 + (n % 3), "read");
    await shared.release(0);
    await shared.backend.settle();
    assert.equal(shared.order.length, 100);
  });
});

const steps = historiesOf(
  "read",
  "write",
  "release",
  "release",
  "take read",
  "take write",
  "wake",
  "wake",
  "abort",
  "die",
);

it("each wait ends, writers in the order in which they came, and nobody overtakes the first after its millisecond", async () => {
  await fc.assert(
    fc.asyncProperty(fc.boolean(), steps, async (fair, history) => {
      virtual.now = 0;
      const shared = new Shared(fair);
      let line: { n: number; access: Access; abort: AbortController }[] = [];
      const see = (): void => {
        for (const entered of shared.order.splice(0)) {
          const at = line.findIndex(({ n, access }) => `${n} ${access}` === entered);
          assert.ok(at >= 0);
          const [waiter] = line.splice(at, 1);
          const isPassed = line.slice(0, at).some(({ access }) => access === "write");
          assert.ok(waiter?.access === "read" || !isPassed, "in order");
        }
      };
      for (const { act, who, ms } of history) {
        virtual.now += ms;
        if (!shared.threads[who]?.isAlive) continue;
        const isWaiting = line.some(({ n }) => n === who);
        const isOverdue = shared.isOverdue("write") || shared.isOverdue("read");
        if ((act === "read" || act === "write") && !isWaiting) {
          const abort = new AbortController();
          // It may enter at once, before others that are being woken.
          const before = shared.held.length;
          await shared.wait(who, act, { signal: abort.signal });
          if (shared.held.length > before && shared.order.at(-1) === `${who} ${act}`) {
            shared.order.pop();
            assert.ok(!isOverdue, "nobody overtakes the first");
          } else line.push({ n: who, access: act, abort });
        } else if (act === "release") await shared.release(who);
        else if (act.startsWith("take")) {
          const isTaken = await shared.take(who, act.slice(5) as Access);
          assert.ok(!isTaken || !isOverdue, "nobody overtakes the first");
          // A reader may have a fair lock that has not heard of it.
          const isPassed = line.some(({ access }) => access === "write" || act === "take write");
          assert.ok(!isTaken || !fair || !isPassed, "nobody overtakes at a fair lock");
        } else if (act === "wake" && shared.threads[who]?.mayWake) await shared.wake(who);
        else if (act === "abort" && isWaiting) {
          const waiter = line.find(({ n }) => n === who);
          await shared.by(who, () => waiter?.abort.abort());
          line = line.filter((each) => each !== waiter || shared.order.includes(`${each.n} ${each.access}`));
        } else if (
          act === "die" &&
          who !== 0 &&
          !shared.held.some(({ n, access }) => n === who && access === "write")
        ) {
          for (let at = shared.held.length - 1; at >= 0; at--)
            if (shared.held[at]?.n === who) shared.held.splice(at, 1);
          await shared.backend.recover(shared.threads[who] as Thread);
          line = line.filter(({ n }) => n !== who);
        }
        see();
        if (shared.held.length === 0 && line.length > 0) {
          assert.ok(
            shared.mayWake.some((n) => line.some((waiter) => waiter.n === n)),
            "nobody waits for what nobody has, without a wake-up",
          );
        }
      }
      for (let turn = 0; turn < 200 && line.length > 0; turn++) {
        await shared.backend.settle();
        see();
        const [held] = shared.held;
        if (held !== undefined) await shared.release(held.n);
        see();
      }
      assert.deepEqual(line, [], "nobody waits for ever");
    }),
    { numRuns: 150 },
  );
}, 20_000);
