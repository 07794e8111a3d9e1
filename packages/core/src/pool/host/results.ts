import { beginAtOnce } from "../../contracts/frames.js";
import type { Kernel } from "../../kernel/kernel.js";
import type { WorkerExit } from "../../worker/child-worker.js";
import type { Services } from "../../worker/services.js";
import type { Attempts } from "../attempts.js";
import type { Call } from "../call.js";
import { attemptOf, failureIn } from "../wire/attempt.js";
import {
  type ArrivedEntry,
  consumeEntry,
  consumeItems,
  consumeThrown,
  dropEntry,
  isOwn,
  MODE_ATTEMPT,
  modeOf,
  RETURNED,
  STOPPED,
  THREW,
} from "../wire/entries.js";
import { crashOf, wasSignalled } from "./crash.js";
import type { Dispatch } from "./dispatch.js";
import type { Answer, Link } from "./link.js";
import { PoolCounters } from "./pool-counters.js";
import type { Retries } from "./retries.js";
import { TaskTimeouts } from "./task-timeouts.js";

/** Reads what workers tell, and settles calls by it: answers, starts, deaths. */
export class Results {
  readonly counters = new PoolCounters();
  readonly timeouts: TaskTimeouts;
  readonly #services: Services;
  readonly #dispatch: Dispatch;
  readonly #retries: Retries;

  /** Calls `soon` when a timer has left something to send. */
  constructor(services: Services, dispatch: Dispatch, retries: Retries, soon: () => void) {
    this.#services = services;
    this.#dispatch = dispatch;
    this.#retries = retries;
    const read = (link: Link): void => {
      this.#readFrom(link);
      soon();
    };
    const replace = (link: Link, why: string): void => {
      dispatch.replace(link, why);
      soon();
    };
    this.timeouts = new TaskTimeouts(services.timers, read, replace);
  }

  /** Takes in the news of all workers; true if there was some. */
  read(): boolean {
    const { workers } = this.#dispatch;
    let hasRead = false;
    for (const link of workers) hasRead = this.#readFrom(link) || hasRead;
    for (const link of workers.takeEnded()) {
      this.#onWorkerDeath(link, link.exit as WorkerExit);
      hasRead = true;
    }
    for (const { link, error } of workers.takeUnusable()) {
      this.#dispatch.leave(link, error);
      hasRead = true;
    }
    return hasRead;
  }

  #readFrom(link: Link): boolean {
    const news = link.read();
    for (const { call, answer } of news) {
      if (answer === undefined) this.timeouts.start(link, call);
      else this.#settle(call, answer, link.heardAt);
    }
    return news.length > 0;
  }

  #settle(call: Call, { how, ms, arrived, transferables }: Answer, heardAt: number): void {
    const { kernel } = this.#services;
    call.stopTimer();
    if (call.attempts === undefined || call.isSettled) call.dispose(kernel);
    if (!isOwn(call)) this.counters.answered(heardAt - call.submittedAt, ms);
    if (call.isSettled) {
      dropEntry(kernel, arrived);
      return;
    }
    let value: unknown;
    try {
      value = (how === RETURNED ? consumerOf(call) : consumeThrown)(kernel, arrived, transferables);
    } catch (error) {
      call.dispose(kernel);
      call.rejectWith(error);
      return;
    }
    if (call.attempts !== undefined && this.#tryAgain(call, how, value, call.attempts)) return;
    if (how === RETURNED) call.fulfil(value);
    else if (how === STOPPED) call.cancel(call.stopReason?.reason);
    else call.rejectWithIts(value);
  }

  /** Has a call that may be tried again go on, unless it has ended. */
  #tryAgain(call: Call, how: number, value: unknown, attempts: Attempts): boolean {
    const { kernel } = this.#services;
    const thrown = modeOf(call.mode) === MODE_ATTEMPT && how === RETURNED ? failureIn(value as unknown[]) : undefined;
    if (how !== THREW && thrown === undefined) {
      call.dispose(kernel);
      return false;
    }
    const error = thrown === undefined ? value : thrown.error;
    this.#retries.take(call, {
      error,
      told: () => call.withRemoteOrigin(error),
      giveUp: (unexpected) => {
        call.dispose(kernel);
        if (unexpected !== undefined) call.rejectWith(unexpected.error);
        else if (thrown !== undefined) {
          attempts.tell(error);
          call.fulfil(value);
        } else call.rejectWithIts(error);
      },
    });
    return true;
  }

  #onWorkerDeath(link: Link, exit: WorkerExit): void {
    const calls = [...link.inFlight];
    // A worker that dies before it has started anything would die again: then a call fails each time, and it ends.
    let fails = link.endReason === undefined && !link.hasServed && !calls.some((call) => call.hasStarted);
    const unstarted: Call[] = [];
    let isTold = exit.uncaught === undefined;
    for (const call of calls) {
      call.stopTimer();
      if (!link.takeBack(call)) isTold = this.#crash(link, call, exit) || isTold;
      else if ((fails && !wasSignalled(exit)) || isOwn(call) || call.isPinned) {
        isTold = this.#crash(link, call, exit) || isTold;
        fails = false;
      } else unstarted.push(call);
    }
    // Of no call's: an error that an earlier task left behind.
    if (!isTold) link.report(exit.uncaught?.error, link.suspects.names);
    link.destroy();
    this.#dispatch.forget(link, unstarted);
  }

  /** True if somebody hears of it. */
  #crash(link: Link, call: Call, exit: WorkerExit): boolean {
    const { kernel } = this.#services;
    const end = (): void => {
      if (link.endReason === undefined && !isOwn(call)) kernel.codec.abandon(call);
      call.dispose(kernel);
    };
    // It was killed as it did not stop when it was cancelled.
    const isStopped = link.endReason !== undefined && call.stopReason !== undefined;
    if (call.attempts === undefined || isStopped || call.isSettled) {
      end();
      if (call.isSettled) return false;
      if (isStopped) call.cancel(call.stopReason?.reason);
      else call.rejectWith(crashOf(link, call, exit));
      return true;
    }
    const error = crashOf(link, call, exit);
    const giveUp = (unexpected?: { readonly error: unknown }): void => {
      end();
      call.rejectWith(unexpected === undefined ? error : unexpected.error);
    };
    this.#retries.take(call, { error, told: () => beginAtOnce(error, call.site), giveUp });
    return true;
  }
}

const consumerOf = ({ mode }: Call): typeof consumeEntry =>
  modeOf(mode) === MODE_ATTEMPT ? consumeAttempt : consumeEntry;

const consumeAttempt = (kernel: Kernel, arrived: ArrivedEntry, transferables?: readonly unknown[]): unknown[] =>
  attemptOf(consumeItems(kernel, arrived, transferables));
