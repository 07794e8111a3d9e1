import assert from "node:assert/strict";
import { AbandonedError, BrokenBarrierError } from "../../../src/contracts/errors.js";
import type { Guard, Lock } from "../../../src/contracts/sync.js";
import { recover } from "../../../src/kernel/recovery.js";
import { freeSlot } from "../../../src/kernel/worker-table.js";
import { CrashInjector } from "../crash-injector.js";
import { isLatchTaken, type Operation } from "../paused.js";
import { Scene } from "../scene.js";
import { collect } from "../virtual.js";
import { PLOTS } from "./more-deaths.js";

const NOT_HELD = ["TimeoutError", "QueueEmptyError", "QueueFullError"];
const isExpected = (error: unknown): boolean =>
  error instanceof AbandonedError || error instanceof BrokenBarrierError || NOT_HELD.includes((error as Error).name);

/** The steps before the death, the others' steps after it, and its good end. */
export interface Plot {
  readonly before: () => Promise<void>;
  readonly others: Readonly<Record<string, Operation>>;
  readonly finish: () => Promise<void>;
  /** The state when all is over; nothing, if left out. */
  readonly remains?: () => { bytes: number; objects: number };
}

/** The second worker is killed before its n-th change to the region. The first one recovers; the third waits, the fourth comes. */
export class DeathScene extends Scene {
  readonly operations: Readonly<Record<string, Operation>>;
  readonly #injector: CrashInjector;
  readonly #plot: Plot;
  #isRecovered = false;

  constructor(plotOf: (scene: DeathScene) => Plot, instant: number) {
    super();
    const [, victim] = this.threads;
    // Every worker's first wait makes room for many: no part of this.
    victim.kernel.waiters.freeNode(victim.kernel.waiters.newNode());
    this.#plot = plotOf(this);
    const living = this.threads.filter((thread) => thread !== victim);
    this.operations = {
      ...this.#plot.others,
      recover: { thread: this.main, run: () => this.#recover(), may: () => !isLatchTaken(living) },
    };
    this.#injector = new CrashInjector(victim, instant);
  }

  get isVictimAlive(): boolean {
    return !this.#injector.isDead;
  }

  /** The victim's next step, if it has not died yet. */
  async dying(act: () => unknown): Promise<void> {
    await this.#injector.step(this.backend, act);
  }

  /** The others' steps in between, while they can. */
  async meanwhile(act: () => void): Promise<void> {
    if (!this.isVictimAlive) return;
    act();
    await this.backend.step(this.main, () => {});
  }

  async die(): Promise<void> {
    await this.#plot.before();
    this.threads[1].isAlive = false;
  }

  #recover(): void {
    if (this.#isRecovered) return;
    this.#isRecovered = true;
    const { slot } = this.threads[1];
    const { kernel } = this.main;
    recover(kernel, slot);
    kernel.referenceSets.dropUnsentOf(slot);
    freeSlot(kernel.region, slot);
  }

  finish(): Promise<void> {
    return this.#plot.finish();
  }

  override get remains(): { bytes: number; objects: number } {
    return this.#plot.remains?.() ?? super.remains;
  }

  /** Waits for what may end with the dead worker. */
  waitAll<T>(promise: Promise<T>, then: (value: T) => void = () => {}): void {
    this.wait(promise, then, isExpected);
  }

  unlessRefused(act: () => void): void {
    try {
      act();
    } catch (error) {
      if (!isExpected(error)) throw error;
    }
  }
}

const lock =
  (kind: "Lock" | "RLock") =>
  (scene: DeathScene): Plot => {
    const [recovered, victim, waiting, coming] = scene.share<Lock>(new scene.main.surface[kind]());
    const held: Lock[] = [];
    const enter = (by: Lock) => (isHeld: boolean) => {
      if (isHeld) held.push(by);
      assert.ok(held.length <= 1, "one at a time");
    };
    return {
      before: async () => {
        await scene.dying(() => victim.tryAcquire());
        await scene.meanwhile(() => scene.waitAll(waiting.acquire(), enter(waiting)));
        await scene.dying(() => victim.release());
        await scene.dying(() => void victim.acquire().catch(() => {}));
      },
      others: {
        acquire: scene.by(3, () => scene.waitAll(coming.acquire(), enter(coming))),
        tryAcquire: scene.by(3, () => scene.unlessRefused(() => enter(coming)(coming.tryAcquire()))),
        wake: scene.by(2, () => scene.threads[2].wake()),
        release: scene.by(2, () => held[0] === waiting && held.pop()?.release()),
        recover: scene.by(3, () => coming.abandoned && coming.recover()),
      },
      finish: async () => {
        for (let turn = 0; turn < 10; turn++) {
          if (recovered.abandoned) recovered.recover();
          held.pop()?.release();
          await scene.settle();
        }
        assert.ok(recovered.tryAcquire(), "it is free at last");
        recovered.release();
      },
    };
  };

const rwlock = (scene: DeathScene): Plot => {
  const [recovered, victim, waiting, coming] = scene.share(new scene.main.surface.RWLock());
  const held: Guard[] = [];
  const enter = (guard: Guard): void => void held.push(guard);
  return {
    before: async () => {
      let guard: Guard | undefined;
      await scene.dying(() => (guard = victim.holdReadSync()));
      await scene.meanwhile(() => scene.waitAll(waiting.holdWrite(), enter));
      await scene.dying(() => guard?.release());
      await scene.dying(() => void victim.holdWrite().catch(() => {}));
    },
    others: {
      read: scene.by(3, () => scene.waitAll(coming.holdRead(), enter)),
      write: scene.by(3, () => scene.waitAll(coming.holdWrite(), enter)),
      wake: scene.by(2, () => scene.threads[2].wake()),
    },
    finish: async () => {
      for (let turn = 0; turn < 10; turn++) {
        if (recovered.abandoned) recovered.recover();
        held.pop()?.release();
        await scene.settle();
      }
      recovered.holdWriteSync({ timeout: 0 }).release();
    },
  };
};

const semaphore = (scene: DeathScene): Plot => {
  const [recovered, victim, waiting, coming] = scene.share(new scene.main.surface.Semaphore(1));
  let held = 0;
  const enter = (isHeld: boolean): void => {
    if (isHeld) held++;
  };
  return {
    before: async () => {
      await scene.dying(() => victim.tryAcquire());
      await scene.meanwhile(() => scene.waitAll(waiting.acquire(), enter));
      await scene.dying(() => victim.release());
      await scene.dying(() => void victim.acquire().catch(() => {}));
    },
    others: {
      acquire: scene.by(3, () => scene.waitAll(coming.acquire(), enter)),
      wake: scene.by(2, () => scene.threads[2].wake()),
      release: scene.by(3, () => coming.release()),
    },
    finish: async () => {
      // A permit of the dead worker's is lost with it.
      for (let turn = 0; turn < 5; turn++) {
        recovered.release();
        await scene.settle();
      }
      assert.ok(
        recovered.value + held >= 5 && recovered.value + held <= 7,
        "no other permit is lost, and none is made",
      );
    },
  };
};

const event = (scene: DeathScene): Plot => {
  const [recovered, victim, waiting, coming] = scene.share(new scene.main.surface.Event());
  let isWoken = false;
  const wake = (): void => {
    isWoken = true;
  };
  return {
    before: async () => {
      scene.wait(waiting.wait(), wake);
      scene.wait(coming.wait(), wake);
      await scene.dying(() => void victim.wait().catch(() => {}));
      await scene.dying(() => victim.set());
    },
    others: {
      set: scene.by(3, () => coming.set()),
      wait: scene.by(3, () => scene.wait(coming.wait(), wake)),
      wake: scene.by(2, () => scene.threads[2].wake()),
    },
    finish: async () => {
      if (isWoken) assert.ok(recovered.isSet, "a woken worker finds it set");
      if (recovered.isSet) assert.equal(scene.pending, 0, "an event that is set has nobody wait");
      recovered.set();
      await scene.settle();
    },
  };
};

const barrier = (scene: DeathScene): Plot => {
  const [recovered, victim, waiting, coming] = scene.share(new scene.main.surface.Barrier(3));
  return {
    before: async () => {
      scene.waitAll(waiting.wait());
      scene.waitAll(coming.wait());
      await scene.dying(() => void victim.wait().catch(() => {}));
    },
    others: {
      wait: scene.by(3, () => scene.waitAll(coming.wait())),
      reset: scene.by(3, () => coming.reset()),
      wake: scene.by(2, () => scene.threads[2].wake()),
    },
    finish: async () => {
      recovered.reset();
      await scene.settle();
      for (const each of [recovered, waiting, coming]) scene.wait(each.wait());
      await scene.settle();
    },
  };
};

const queue =
  (kind: "Queue" | "LifoQueue" | "PriorityQueue", bound: number) =>
  (scene: DeathScene): Plot => {
    const [recovered, victim, waiting, coming] = scene.share(new scene.main.surface[kind]<string>(bound));
    const [put, got]: [string[], string[]] = [[], []];
    const take = (item: string): void => void got.push(item);
    const add = (item: string): string => put[put.push(item) - 1] as string;
    for (const item of bound > 0 ? ["a", "b"] : []) recovered.putNowait(add(item));
    return {
      before: async () => {
        if (bound > 0) scene.wait(waiting.put(add("c")));
        else scene.wait(waiting.get(), take);
        await scene.dying(() => victim.put("of the dead").catch(() => {}));
        await scene.dying(() => void victim.get().catch(() => {}));
      },
      others: {
        get: scene.by(3, () => scene.unlessRefused(() => take(coming.getNowait()))),
        put: scene.by(3, () => scene.wait(coming.put(add("d")))),
        wake: scene.by(2, () => scene.threads[2].wake()),
      },
      finish: async () => {
        for (let turn = 0; turn < 10; turn++) {
          if (scene.pending > 0 && recovered.isEmpty) recovered.putNowait(add(`${turn}`));
          else scene.unlessRefused(() => take(recovered.getNowait()));
          await scene.settle();
        }
        const others = got.filter((item) => item !== "of the dead");
        assert.equal(new Set(got).size, got.length, "no item comes twice");
        assert.ok(others.every((item) => put.includes(item)));
        assert.ok(put.length - others.length <= 1, "the dead worker's item is lost with it, and nothing else");
        assert.equal(recovered.size, 0);
      },
    };
  };

const pipe = (scene: DeathScene): Plot => {
  const [near, far] = scene.main.surface.pipe<string>();
  const [here, victim] = scene.share(near);
  const there = scene.share(far);
  const got: string[] = [];
  const closed = (error: unknown): boolean => (error as { code?: string }).code === "HEDDLE_CONNECTION_CLOSED";
  return {
    before: async () => {
      scene.wait(there[2].recv(), (item) => got.push(item), closed);
      await scene.dying(() => victim.sendSync("x".repeat(300)));
      await scene.dying(() => victim.close());
    },
    others: {
      recv: scene.by(3, () => scene.wait(there[3].recv(), (item) => got.push(item), closed)),
      close: scene.by(3, () => there[3].close()),
      wake: scene.by(2, () => scene.threads[2].wake()),
    },
    finish: async () => {
      here.close();
      there[0].close();
      await scene.settle();
      assert.ok(got.length <= 1);
    },
  };
};

const memory = (scene: DeathScene): Plot => {
  const made: object[] = [1, 3, 1, 3].map((number) =>
    scene.keep(new (scene.threads[number] as Scene["main"]).surface.Event()),
  );
  const shared = scene.share(new scene.main.surface.Event());
  return {
    before: async () => {
      await scene.dying(() => collect(made[0] as object));
      await scene.dying(() => scene.keep(new scene.threads[1].surface.Barrier(2)));
      await scene.dying(() => collect(shared[1]));
    },
    others: {
      make: scene.by(3, () => scene.keep(new scene.threads[3].surface.Barrier(2))),
      drop: scene.by(3, () => collect(made[1] as object)),
      "drop what is shared": scene.by(2, () => collect(shared[2])),
    },
    finish: async () => {},
  };
};

type Deaths = Readonly<Record<string, (instant: number) => DeathScene>>;

const scenesOf = (plots: Readonly<Record<string, (scene: DeathScene) => Plot>>): Deaths =>
  Object.fromEntries(
    Object.entries(plots).map(([kind, plotOf]) => [kind, (instant: number) => new DeathScene(plotOf, instant)]),
  );

export const DEATHS = scenesOf({
  Lock: lock("Lock"),
  RLock: lock("RLock"),
  RWLock: rwlock,
  Semaphore: semaphore,
  Event: event,
  Barrier: barrier,
  "Queue that is full": queue("Queue", 2),
  "Queue without a bound": queue("Queue", 0),
  "LifoQueue that is full": queue("LifoQueue", 2),
  "PriorityQueue that is full": queue("PriorityQueue", 2),
  pipe,
  "region in which objects are made and dropped": memory,
});
export const MORE_DEATHS = scenesOf(PLOTS);
