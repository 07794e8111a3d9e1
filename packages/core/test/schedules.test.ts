import assert from "node:assert/strict";
import { describe, it } from "vitest";
import { CELL_LATCH } from "../src/kernel/layout.js";
import { type Operation, runPaused } from "./reference/paused.js";
import { SteppedBackend, type Thread } from "./reference/stepped-backend.js";
import { goOn, stopTheWorld } from "./reference/virtual.js";

interface Held {
  acquire(options?: { signal: AbortSignal }): Promise<boolean>;
  tryAcquire(): boolean;
  release(): void;
}

const KINDS = ["Lock", "RLock", "Semaphore", "BoundedSemaphore"] as const;
const make = (thread: Thread, kind: (typeof KINDS)[number]): Held & object => {
  const { surface } = thread;
  if (kind === "Semaphore" || kind === "BoundedSemaphore") return new surface[kind](1);
  return new surface[kind]();
};

/** One that holds it, one that waits for it, and two that come: each with what it may do next. */
class Scene {
  readonly backend = new SteppedBackend(4);
  readonly operations: Readonly<Record<string, Operation>>;
  readonly #objects: Held[];
  readonly #holders: Held[] = [];
  readonly #thread: Thread;
  #underWay = 0;

  constructor(kind: (typeof KINDS)[number]) {
    const [main, second, third, fourth] = this.backend.threads as [Thread, Thread, Thread, Thread];
    this.#thread = main;
    const object = make(main, kind);
    this.#objects = [main, second, third, fourth].map((thread) =>
      thread === main ? object : this.backend.share(object, thread),
    );
    const [first, waiting, coming, trying] = this.#objects as [Held, Held, Held, Held];
    const abort = new AbortController();
    assert.ok(first.tryAcquire());
    this.#holders.push(first);
    this.#acquire(waiting, abort.signal);
    const { kernel } = main;
    const latch = (kernel.cells.handleOf(object)?.address as number) + CELL_LATCH;
    const may = (): boolean => kernel.region.i32[latch] === 0;
    this.operations = {
      release: {
        run: () => {
          // It is nobody's from the moment that its release begins.
          this.#holders.pop();
          first.release();
        },
        may,
      },
      abort: { run: () => abort.abort("enough"), may },
      wake: { run: () => second.wake(), may },
      acquire: { run: () => this.#acquire(coming), may },
      tryAcquire: {
        run: () => {
          if (trying.tryAcquire()) this.#enter(trying);
        },
      },
    };
  }

  #acquire(object: Held, signal?: AbortSignal): void {
    this.#underWay++;
    const wait = signal === undefined ? object.acquire() : object.acquire({ signal });
    wait.then(
      () => {
        this.#underWay--;
        this.#enter(object);
      },
      () => this.#underWay--,
    );
  }

  #enter(object: Held): void {
    this.#holders.push(object);
    assert.ok(this.#holders.length <= 1, "one at a time");
  }

  /** Everybody gets it and gives it back, and nobody is left waiting. */
  async end(): Promise<void> {
    const nothing = (): void => {};
    await this.backend.step(this.#thread, nothing);
    for (let turn = 0; turn < 8; turn++) {
      await this.backend.settle();
      this.#holders.pop()?.release();
    }
    assert.equal(this.#underWay, 0, "nobody waits for ever");
    assert.equal(this.#thread.kernel.usage().waiters, 0);
    const [first] = this.#objects as [Held];
    assert.ok(first.tryAcquire(), "it is free at last");
    assert.equal(first.tryAcquire() && !("recover" in first), false);
  }
}

const NAMES = ["release", "abort", "wake", "acquire", "tryAcquire"];
/** Two deep, the first is paused before one in so many of its accesses: the lanes play all of them (`schedules-locks.lane.test.ts`). */
const STRIDE = 3;

describe("schedules: operations paused at each access to shared memory, others running whole meanwhile, of a", () => {
  it.each(KINDS)(
    "%s",
    async (kind) => {
      stopTheWorld();
      let schedules = 0;
      /** Tells how many accesses each operation had. */
      const play = async (names: readonly string[], stops: readonly number[]): Promise<number[]> => {
        schedules++;
        const scene = new Scene(kind);
        try {
          const accesses = runPaused(
            names.map((name) => scene.operations[name] as Operation),
            stops,
          );
          await scene.end();
          return accesses;
        } catch (error) {
          throw new Error(`${names.join(" / ")} paused before their accesses ${stops.join(", ")}`, { cause: error });
        }
      };
      const paused = async (names: readonly string[], stops: readonly number[]): Promise<void> => {
        const isOuter = names.length > stops.length + 2;
        for (let stop = 0; ; stop += isOuter ? STRIDE : 1) {
          const [...accesses] = await play(names, [...stops, stop]);
          if ((accesses[stops.length] as number) <= stop) return;
          if (isOuter) await paused(names, [...stops, stop]);
        }
      };
      try {
        for (const a of NAMES) {
          for (const b of NAMES) {
            if (b !== a) await paused([a, b], []);
          }
        }
        // Two preemptions deep, around the release.
        for (const b of NAMES) {
          for (const c of NAMES) {
            if (new Set(["release", b, c]).size === 3) await paused(["release", b, c], []);
          }
        }
      } finally {
        goOn();
      }
      console.log(`${kind}: ${schedules} schedules`);
      assert.ok(schedules > 100);
    },
    120_000,
  );
});
