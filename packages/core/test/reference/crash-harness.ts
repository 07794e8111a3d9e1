import assert from "node:assert/strict";
import {
  ALLOCATOR_LATCH,
  CELL_LATCH,
  MAX_WORKERS,
  NAMES_LATCH,
  SLOT_LATCH,
  slotAddress,
} from "../../src/kernel/layout.js";
import { CrashInjector } from "./crash-injector.js";
import { checkHeap } from "./heap.js";
import { SteppedBackend, type Thread } from "./stepped-backend.js";
import { collect, goOn, stopTheWorld } from "./virtual.js";

type ByRole<T> = Record<"main" | "victim" | "first" | "second", T>;

/** The rest of a region when everybody has let go of everything. */
type Remains = { bytes: number; objects: number; waiters: number };

/**
 * Kills a worker at each instant of a scene: there are the main worker, the victim, and two more that live. The scene is played once for
 * each change that the victim makes to the region, and must come out well each time.
 */
export class CrashHarness implements ByRole<Thread> {
  readonly backend = new SteppedBackend(4);
  readonly main: Thread;
  readonly victim: Thread;
  readonly first: Thread;
  readonly second: Thread;
  readonly #injector: CrashInjector;
  readonly #objects: object[] = [];
  readonly #mayRunFirst: boolean;

  /**
   * `mayRunFirst`: those who live have their turns before the dead worker is recovered, if they can. `isFresh`: the victim
   * has never waited before.
   */
  constructor(lastStep: number, mayRunFirst: boolean, isFresh: boolean) {
    const [main, victim, first, second] = this.backend.threads as [Thread, Thread, Thread, Thread];
    this.main = main;
    this.victim = victim;
    this.first = first;
    this.second = second;
    // Every worker's first wait makes room for many: a scene of its own, and no part of the others.
    const { waiters } = victim.kernel;
    if (!isFresh) waiters.freeNode(waiters.newNode());
    this.#injector = new CrashInjector(victim, lastStep);
    this.#mayRunFirst = mayRunFirst;
  }

  get isVictimAlive(): boolean {
    return !this.#injector.isDead;
  }

  get survivors(): Thread[] {
    return [this.main, this.first, this.second];
  }

  /** Each worker's own object for one that the main worker has made. */
  share<T extends object>(object: T): ByRole<T> {
    const of = (thread: Thread): T => this.keep(thread === this.main ? object : this.backend.share(object, thread));
    return { main: of(this.main), victim: of(this.victim), first: of(this.first), second: of(this.second) };
  }

  /** To be garbage once the scene is over. */
  keep<T extends object>(object: T): T {
    this.#objects.push(object);
    return object;
  }

  by(thread: Thread, act: () => unknown): Promise<void> {
    return this.backend.step(thread, act);
  }

  /** Runs `act` as the victim, if it has not died yet. It may die of it, and its slot is then recovered. */
  readonly dying = async (act: () => unknown): Promise<void> => {
    if (!this.isVictimAlive) return;
    await this.#injector.step(this.backend, act);
    if (!this.isVictimAlive) await this.#recoverVictim();
  };

  /** The victim's wake-ups, as many as there are. */
  async dyingWakes(): Promise<void> {
    while (this.isVictimAlive && this.victim.mayWake) await this.dying(() => this.victim.wake());
  }

  async #recoverVictim(): Promise<void> {
    if (this.#mayRunFirst && !this.#hasLatch()) await this.settle();
    await this.backend.recover(this.victim);
  }

  /** A latch whose holder has died is nobody's until recovery: workers that want it sleep, which one thread cannot. */
  #hasLatch(): boolean {
    const { i32 } = this.main.kernel.region;
    return Atomics.load(i32, slotAddress(this.victim.slot) + SLOT_LATCH) !== 0;
  }

  settle(): Promise<void> {
    return this.backend.settle(this.survivors);
  }

  /** The end: the victim dies now if it has not yet, everybody lets go of everything, and the region is as it was. */
  async end(remains: Remains): Promise<void> {
    if (this.isVictimAlive) await this.backend.recover(this.victim);
    await this.settle();
    for (const prop of this.#objects) {
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
 * Plays `scene` with the victim killed before its first change to the region. Then before its second, and so on, until it lives to the end
 * of it.
 */
export async function atEveryInstant(
  scene: (harness: CrashHarness) => Promise<void>,
  { remains = NOTHING, isFresh = false }: { remains?: Remains; isFresh?: boolean } = {},
): Promise<void> {
  for (const mayRunFirst of [false, true]) {
    for (let instant = 0; ; instant++) {
      assert.ok(instant < MOST_INSTANTS, "the victim lives to the end of the scene at last");
      stopTheWorld();
      try {
        const harness = new CrashHarness(instant, mayRunFirst, isFresh);
        await scene(harness);
        const lived = harness.isVictimAlive;
        await harness.end(remains);
        if (!lived) continue;
        assert.ok(instant > 0, "the victim did something");
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
