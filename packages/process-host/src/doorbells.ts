import { clock, type Doorbells, laterTurns, type Memory, wakeAddressOf } from "@heddle/core";
import { setImmediate, setTimeout } from "@heddle/node-host";
import type { Polled } from "./native/poll.js";
import type { OwnBell } from "./own-bell.js";
import type { Runtime } from "./runtime.js";
import { BELL, BELL_ADDRESS_WORDS, type BellAddress, type Bells, type System, type Waker } from "./systems/system.js";

/*
 * Each process sleeps until there is something to read at its bell. Others find the bell by the address that its owner writes at the wake
 * address of its slot, the first word last. The address is complete before the owner looks at its bell and goes to sleep. If another
 * process raises the bell and finds the address incomplete, the owner's look sees the raised bell.
 */

/** A child that is to be watched while this process blocks and its event loop hears nothing. */
export interface Watched extends Polled {
  /** Something has happened at its descriptor: it has ended. */
  onEnd(): void;
}

/** Bells that are rung by a byte or a datagram. A worker that blocks also hears of the end of `children`. */
export function doorbells(
  runtime: Runtime,
  system: System,
  memory: Memory,
  bell: OwnBell,
  children: Iterable<Watched>,
): Doorbells {
  // The slots are there from the start, however the memory grows.
  const words = new Int32Array(memory.buffer, 0, memory.buffer.byteLength / 4);
  const inLaterTurn = laterTurns();
  const others = new WakeTargets(system.bells, words);
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
    publishBellAddress(words, wakeAddressOf(address), bell.bell.address);
  };
  return {
    sleepSync(address, seen, timeout) {
      open(address);
      const deadline = clock.now() + timeout;
      for (let left = timeout; left > 0 && Atomics.load(words, address) === seen; left = deadline - clock.now()) {
        for (const child of bell.poll(others.untilAgain(left), [...children])) child.onEnd();
        others.retry();
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
      others.wake(wakeAddressOf(address));
    },
    pause(ms) {
      runtime.posix.usleep(Math.min(Math.ceil(ms * 1000), LONGEST_PAUSE_US));
    },
  };
}

/** The most that usleep takes, everywhere. */
const LONGEST_PAUSE_US = 999_999;

/**
 * | word | state | changed by | to |
 * |---|---|---|---|
 * | `SLOT_WAKE_ADDRESS`, four words | the address of an earlier process of the slot, or 0 | the slot's process, its first word last | its own |
 */
function publishBellAddress(words: Int32Array, wakeAddress: number, place: BellAddress): void {
  for (let n = place.length - 1; n >= 0; n--) Atomics.store(words, wakeAddress + n, place[n] as number);
}

/** Another process's bell that was found, and by which address. */
interface WakeTarget {
  readonly address: BellAddress;
  readonly waker: Waker;
}

/** How long to wait before a wake-up is tried again. */
const AGAIN_MS = 5;

/** The bells of other processes, each opened when it is first rung. */
class WakeTargets {
  readonly #bells: Bells;
  readonly #words: Int32Array;
  readonly #targets = new Map<number, WakeTarget>();
  /** Those whose owners may not have heard the last wake-up. */
  readonly #unheard = new Set<number>();
  #timer: NodeJS.Timeout | undefined;

  constructor(bells: Bells, words: Int32Array) {
    this.#bells = bells;
    this.#words = words;
  }

  wake(wakeAddress: number): void {
    if (this.#tryToWake(wakeAddress)) return;
    this.#unheard.add(wakeAddress);
    // It keeps no event loop alive: if this process ends before, its creator rings everybody.
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.retry();
    }, AGAIN_MS);
    this.#timer.unref();
  }

  /** Tries the wake-ups again that may not have been heard. */
  retry(): void {
    if (this.#unheard.size === 0) return;
    const unheard = [...this.#unheard];
    this.#unheard.clear();
    for (const wakeAddress of unheard) this.wake(wakeAddress);
  }

  /** For how much of `ms` this process may block before it has to try a wake-up again. */
  untilAgain(ms: number): number {
    return this.#unheard.size === 0 ? ms : Math.min(ms, AGAIN_MS);
  }

  /** A worker that has published no address yet, or has ended, need not be woken. */
  #tryToWake(wakeAddress: number): boolean {
    let open = this.#targets.get(wakeAddress);
    if (open === undefined || !this.#isAt(wakeAddress, open.address)) {
      open?.waker.close();
      open = this.#find(wakeAddress);
      if (open === undefined) this.#targets.delete(wakeAddress);
      else this.#targets.set(wakeAddress, open);
    }
    return open?.waker.wake(BELL) ?? true;
  }

  #isAt(wakeAddress: number, place: BellAddress): boolean {
    for (let n = 0; n < BELL_ADDRESS_WORDS; n++)
      if (Atomics.load(this.#words, wakeAddress + n) !== place[n]) return false;
    return true;
  }

  #find(wakeAddress: number): WakeTarget | undefined {
    const place = Array.from({ length: BELL_ADDRESS_WORDS }, (_, n) => Atomics.load(this.#words, wakeAddress + n));
    const waker = place[0] === 0 ? undefined : this.#bells.find(place);
    return waker && { address: place, waker };
  }
}
