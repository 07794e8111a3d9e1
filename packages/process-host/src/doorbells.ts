import { clock, type Doorbells, doorOf, laterTurns, type Memory } from "@heddle/core";
import { setImmediate, setTimeout } from "@heddle/node-host";
import type { Polled } from "./native/poll.js";
import type { OwnBell } from "./own-bell.js";
import type { Runtime } from "./runtime.js";
import { type Bells, type Knocker, PLACE_WORDS, type Place, RING, type System } from "./systems/system.js";

/*
 * Each process sleeps until there is something to read at its bell. Others find that by the place that it leaves at the door of its
 * slot, of which the first word is written last. The door is complete before its owner looks at its bell and goes to sleep: who raises
 * the bell and finds the door incomplete is seen by that look.
 */

/** A child that is to be watched while this process blocks and its event loop hears nothing. */
export interface Watched extends Polled {
  /** Something has happened at its descriptor: it has ended. */
  onEnd(): void;
}

/** Bells that are rung by a knock. While their owner sleeps and blocks, it also hears of the end of `children`. */
export function doorbells(
  runtime: Runtime,
  system: System,
  memory: Memory,
  bell: OwnBell,
  children: Iterable<Watched>,
): Doorbells {
  // The slots are there from the start, whatever else the memory grows by.
  const words = new Int32Array(memory.buffer, 0, memory.buffer.byteLength / 4);
  const inLaterTurn = laterTurns();
  const others = new Doors(system.bells, words);
  let isOpen = false;
  let sleep: { readonly address: number; readonly seen: number; readonly wake: () => void } | undefined;

  const wakeIfRung = (): void => {
    if (sleep === undefined || Atomics.load(words, sleep.address) === sleep.seen) return;
    const { wake } = sleep;
    sleep = undefined;
    wake();
  };
  /** Others find this process's bell from now on. */
  const open = (address: number): void => {
    if (isOpen) return;
    isOpen = true;
    bell.onRing = wakeIfRung;
    openDoor(words, doorOf(address), bell.bell.place);
  };
  return {
    sleepSync(address, seen, timeout) {
      open(address);
      const deadline = clock.now() + timeout;
      for (let left = timeout; left > 0 && Atomics.load(words, address) === seen; left = deadline - clock.now()) {
        for (const child of bell.poll(others.untilAgain(left), [...children])) child.onEnd();
        others.knockAgain();
      }
      // The bytes that woke this sleep may have been meant for the other one.
      if (sleep !== undefined && Atomics.load(words, address) !== sleep.seen) setImmediate(wakeIfRung);
    },
    sleepAsync(address, seen, wake) {
      open(address);
      bell.listen();
      if (Atomics.load(words, address) === seen) sleep = { address, seen, wake };
      else inLaterTurn(wake);
    },
    wake(address) {
      others.knock(doorOf(address));
    },
    pause(ms) {
      runtime.posix.usleep(Math.min(Math.ceil(ms * 1000), LONGEST_PAUSE_US));
    },
  };
}

/** What usleep takes at most, everywhere. */
const LONGEST_PAUSE_US = 999_999;

function openDoor(words: Int32Array, door: number, place: Place): void {
  for (let n = place.length - 1; n >= 0; n--) Atomics.store(words, door + n, place[n] as number);
}

/** A bell that was found, and by what. */
interface OpenDoor {
  readonly place: Place;
  readonly knocker: Knocker;
}

/** Before one knocks again. */
const AGAIN_MS = 5;

/** The doors of others, opened when they are first knocked at. */
class Doors {
  readonly #bells: Bells;
  readonly #words: Int32Array;
  readonly #open = new Map<number, OpenDoor>();
  /** Those whose owners have not heard the last knock. */
  readonly #unheard = new Set<number>();
  #timer: NodeJS.Timeout | undefined;

  constructor(bells: Bells, words: Int32Array) {
    this.#bells = bells;
    this.#words = words;
  }

  knock(door: number): void {
    if (this.#tryToKnock(door)) return;
    this.#unheard.add(door);
    // It keeps no event loop alive: if this process ends before, its creator rings everybody.
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.knockAgain();
    }, AGAIN_MS);
    this.#timer.unref();
  }

  /** Knocks where nobody has heard it. */
  knockAgain(): void {
    if (this.#unheard.size === 0) return;
    const unheard = [...this.#unheard];
    this.#unheard.clear();
    for (const door of unheard) this.knock(door);
  }

  /** For how much of `ms` this process may block before it has to knock somewhere again. */
  untilAgain(ms: number): number {
    return this.#unheard.size === 0 ? ms : Math.min(ms, AGAIN_MS);
  }

  /** Who has no door yet, or is no more, need not hear. */
  #tryToKnock(door: number): boolean {
    let open = this.#open.get(door);
    if (open === undefined || !this.#isAt(door, open.place)) {
      open?.knocker.close();
      open = this.#find(door);
      if (open === undefined) this.#open.delete(door);
      else this.#open.set(door, open);
    }
    return open?.knocker.knock(RING) ?? true;
  }

  #isAt(door: number, place: Place): boolean {
    for (let n = 0; n < PLACE_WORDS; n++) if (Atomics.load(this.#words, door + n) !== place[n]) return false;
    return true;
  }

  #find(door: number): OpenDoor | undefined {
    const place = Array.from({ length: PLACE_WORDS }, (_, n) => Atomics.load(this.#words, door + n));
    const knocker = place[0] === 0 ? undefined : this.#bells.find(place);
    return knocker && { place, knocker };
  }
}
