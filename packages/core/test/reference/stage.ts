import assert from "node:assert/strict";
import {
  ALLOCATOR_LATCH,
  CELL_LATCH,
  MAX_WORKERS,
  NAMES_LATCH,
  SLOT_LATCH,
  slotAddress,
} from "../../src/kernel/layout.js";
import { checkHeap } from "./heap.js";
import { Loom, type Thread } from "./loom.js";
import { Mortal } from "./mortal.js";
import { collect, goOn, stopTheWorld } from "./virtual.js";

type Cast<T> = Record<"main" | "doomed" | "first" | "second", T>;

/** What is left of a region when everybody has let go of everything. */
type Remains = { bytes: number; objects: number; waiters: number };

/**
 * Where a worker dies: the main worker, the doomed one, and two more that live. The scene is played through once for
 * each instant of the doomed worker's life, and must come out well each time.
 */
export class Stage implements Cast<Thread> {
  readonly loom = new Loom(4);
  readonly main: Thread;
  readonly doomed: Thread;
  readonly first: Thread;
  readonly second: Thread;
  readonly #mortal: Mortal;
  readonly #props: object[] = [];
  readonly #mayRunFirst: boolean;

  /**
   * `mayRunFirst`: those who live have their turns before the dead worker is swept, if they can. `isFresh`: the doomed worker
   * has never waited before.
   */
  constructor(lastStep: number, mayRunFirst: boolean, isFresh: boolean) {
    const [main, doomed, first, second] = this.loom.threads as [Thread, Thread, Thread, Thread];
    this.main = main;
    this.doomed = doomed;
    this.first = first;
    this.second = second;
    // Every worker's first wait makes room for many: a scene of its own, and no part of the others.
    const { waiters } = doomed.kernel;
    if (!isFresh) waiters.putBack(waiters.take());
    this.#mortal = new Mortal(doomed, lastStep);
    this.#mayRunFirst = mayRunFirst;
  }

  get isDoomedAlive(): boolean {
    return !this.#mortal.isDead;
  }

  get survivors(): Thread[] {
    return [this.main, this.first, this.second];
  }

  /** Each worker's own object for one that the main worker has made. */
  share<T extends object>(object: T): Cast<T> {
    const of = (thread: Thread): T => this.keep(thread === this.main ? object : this.loom.share(object, thread));
    return { main: of(this.main), doomed: of(this.doomed), first: of(this.first), second: of(this.second) };
  }

  /** To be garbage once the scene is over. */
  keep<T extends object>(object: T): T {
    this.#props.push(object);
    return object;
  }

  by(thread: Thread, act: () => unknown): Promise<void> {
    return this.loom.step(thread, act);
  }

  /** What the doomed worker does, if it has not died yet. It may die of it, and is then swept. */
  readonly dying = async (act: () => unknown): Promise<void> => {
    if (!this.isDoomedAlive) return;
    await this.#mortal.step(this.loom, act);
    if (!this.isDoomedAlive) await this.#bury();
  };

  /** The doomed worker's wake-ups, as many as there are. */
  async dyingWakes(): Promise<void> {
    while (this.isDoomedAlive && this.doomed.mayWake) await this.dying(() => this.doomed.wake());
  }

  async #bury(): Promise<void> {
    if (this.#mayRunFirst && !this.#hasLatch()) await this.settle();
    await this.loom.bury(this.doomed);
  }

  /** A latch that died with its holder is nobody's until the sweep: those who want it sleep, and one thread cannot. */
  #hasLatch(): boolean {
    const { i32 } = this.main.kernel.region;
    return Atomics.load(i32, slotAddress(this.doomed.slot) + SLOT_LATCH) !== 0;
  }

  settle(): Promise<void> {
    return this.loom.settle(this.survivors);
  }

  /** The end: the doomed dies now if it has not yet, everybody lets go of everything, and the region is as it was. */
  async end(remains: Remains): Promise<void> {
    if (this.isDoomedAlive) await this.loom.bury(this.doomed);
    await this.settle();
    for (const prop of this.#props) {
      const thread = this.survivors.find(({ kernel }) => kernel.cells.handleOf(prop) !== undefined);
      if (thread !== undefined) collect(prop);
    }
    this.#latchesAreFree();
    checkHeap(this.main.kernel.region);
    const { bytes, objects, waiters } = this.main.kernel.usage();
    assert.deepEqual({ bytes, objects, waiters }, remains, "the region is as it was");
  }

  #latchesAreFree(): void {
    const { region, allocator } = this.main.kernel;
    const latches = [ALLOCATOR_LATCH, NAMES_LATCH];
    allocator.walk((cell) => latches.push(cell + CELL_LATCH));
    for (let slot = 0; slot < MAX_WORKERS; slot++) {
      latches.push(slotAddress(slot) + SLOT_LATCH);
    }
    const taken = latches.filter((latch) => Atomics.load(region.i32, latch) !== 0);
    assert.deepEqual(taken, [], "latches are free, and nobody is on record for one");
  }
}

/** More than any scene has. */
const MOST_INSTANTS = 5000;

const NOTHING: Remains = { bytes: 0, objects: 0, waiters: 0 };

/**
 * Plays `scene` with the doomed worker killed before its first change to the region, before its second, and so on,
 * until it lives to the end of it.
 */
export async function atEveryInstant(
  scene: (stage: Stage) => Promise<void>,
  { remains = NOTHING, isFresh = false }: { remains?: Remains; isFresh?: boolean } = {},
): Promise<void> {
  for (const mayRunFirst of [false, true]) {
    for (let instant = 0; ; instant++) {
      assert.ok(instant < MOST_INSTANTS, "the doomed worker lives to the end of the scene at last");
      stopTheWorld();
      try {
        const stage = new Stage(instant, mayRunFirst, isFresh);
        await scene(stage);
        const lived = stage.isDoomedAlive;
        await stage.end(remains);
        if (!lived) continue;
        assert.ok(instant > 0, "the doomed worker did something");
        break;
      } catch (error) {
        throw new Error(`killed before its change number ${instant}${mayRunFirst ? ", others first" : ""}`, {
          cause: error,
        });
      } finally {
        goOn();
      }
    }
  }
}
