import { createHash } from "node:crypto";
import barrier from "./lua/barrier.lua";
import barrierActed from "./lua/barrier-acted.lua";
import barrierCancel from "./lua/barrier-cancel.lua";
import barrierChange from "./lua/barrier-change.lua";
import barrierState from "./lua/barrier-state.lua";
import barrierWait from "./lua/barrier-wait.lua";
import condition from "./lua/condition.lua";
import conditionCancel from "./lua/condition-cancel.lua";
import conditionNotify from "./lua/condition-notify.lua";
import conditionWait from "./lua/condition-wait.lua";
import event from "./lua/event.lua";
import eventCancel from "./lua/event-cancel.lua";
import eventSet from "./lua/event-set.lua";
import eventState from "./lua/event-state.lua";
import eventWait from "./lua/event-wait.lua";
import lock from "./lua/lock.lua";
import lockAcquire from "./lua/lock-acquire.lua";
import lockCancel from "./lua/lock-cancel.lua";
import lockRecover from "./lua/lock-recover.lua";
import lockRelease from "./lua/lock-release.lua";
import lockState from "./lua/lock-state.lua";
import operation from "./lua/operation.lua";
import piecesAdd from "./lua/pieces-add.lua";
import piecesDrop from "./lua/pieces-drop.lua";
import piecesRead from "./lua/pieces-read.lua";
import pool from "./lua/pool.lua";
import poolCancel from "./lua/pool-cancel.lua";
import poolClaim from "./lua/pool-claim.lua";
import poolDone from "./lua/pool-done.lua";
import poolLeave from "./lua/pool-leave.lua";
import poolServe from "./lua/pool-serve.lua";
import poolState from "./lua/pool-state.lua";
import poolSubmit from "./lua/pool-submit.lua";
import poolTake from "./lua/pool-take.lua";
import prelude from "./lua/prelude.lua";
import queue from "./lua/queue.lua";
import queueCancel from "./lua/queue-cancel.lua";
import queueClaim from "./lua/queue-claim.lua";
import queueDone from "./lua/queue-done.lua";
import queueGet from "./lua/queue-get.lua";
import queueJoin from "./lua/queue-join.lua";
import queuePut from "./lua/queue-put.lua";
import queueSettle from "./lua/queue-settle.lua";
import queueShutdown from "./lua/queue-shutdown.lua";
import queueState from "./lua/queue-state.lua";
import rwlock from "./lua/rwlock.lua";
import rwlockAcquire from "./lua/rwlock-acquire.lua";
import rwlockCancel from "./lua/rwlock-cancel.lua";
import rwlockRecover from "./lua/rwlock-recover.lua";
import rwlockRelease from "./lua/rwlock-release.lua";
import rwlockState from "./lua/rwlock-state.lua";
import semaphore from "./lua/semaphore.lua";
import semaphoreAcquire from "./lua/semaphore-acquire.lua";
import semaphoreCancel from "./lua/semaphore-cancel.lua";
import semaphoreRelease from "./lua/semaphore-release.lua";
import semaphoreState from "./lua/semaphore-state.lua";
import sessionBeat from "./lua/session-beat.lua";
import sessionClose from "./lua/session-close.lua";
import sessionMail from "./lua/session-mail.lua";
import sessionOpen from "./lua/session-open.lua";
import sweep from "./lua/sweep.lua";
import value from "./lua/value.lua";
import valueChange from "./lua/value-change.lua";
import valueState from "./lua/value-state.lua";

/** One step on the server: it is done as a whole, or not at all. */
export interface Script {
  readonly text: string;
  /** The SHA-1 of the text, by which the server knows it. */
  readonly hash: string;
  /** It changes nothing, so that it may run again if its answer was lost. */
  readonly isRead: boolean;
}

function script(parts: readonly string[], isRead: boolean): Script {
  const text = parts.join("\n");
  return { text, hash: createHash("sha1").update(text).digest("hex"), isRead };
}

const changes = (kinds: readonly string[], text: string): Script => script([prelude, ...kinds, operation, text], false);
const reads = (kinds: readonly string[], text: string): Script => script([prelude, ...kinds, text], true);

export const lockScripts = {
  acquire: changes([lock], lockAcquire),
  release: changes([lock], lockRelease),
  cancel: changes([lock], lockCancel),
  recover: changes([lock], lockRecover),
  state: reads([lock], lockState),
};

export const rwlockScripts = {
  acquire: changes([rwlock], rwlockAcquire),
  release: changes([rwlock], rwlockRelease),
  cancel: changes([rwlock], rwlockCancel),
  recover: changes([rwlock], rwlockRecover),
  state: reads([rwlock], rwlockState),
};

export const semaphoreScripts = {
  acquire: changes([semaphore], semaphoreAcquire),
  release: changes([semaphore], semaphoreRelease),
  cancel: changes([semaphore], semaphoreCancel),
  state: reads([semaphore], semaphoreState),
};

export const eventScripts = {
  set: changes([event], eventSet),
  wait: changes([event], eventWait),
  cancel: changes([event], eventCancel),
  state: reads([event], eventState),
};

export const conditionScripts = {
  wait: changes([lock, condition], conditionWait),
  notify: changes([lock, condition], conditionNotify),
  cancel: changes([lock, condition], conditionCancel),
};

export const barrierScripts = {
  wait: changes([barrier], barrierWait),
  acted: changes([barrier], barrierActed),
  cancel: changes([barrier], barrierCancel),
  change: changes([barrier], barrierChange),
  state: reads([barrier], barrierState),
};

export const queueScripts = {
  put: changes([queue], queuePut),
  get: changes([queue], queueGet),
  claim: changes([queue], queueClaim),
  cancel: changes([queue], queueCancel),
  done: changes([queue], queueDone),
  join: changes([queue], queueJoin),
  settle: changes([queue], queueSettle),
  shutdown: changes([queue], queueShutdown),
  state: reads([queue], queueState),
};

export const valueScripts = {
  change: changes([value], valueChange),
  state: reads([value], valueState),
};

export const poolScripts = {
  serve: changes([pool], poolServe),
  submit: changes([pool], poolSubmit),
  take: changes([pool], poolTake),
  claim: changes([pool], poolClaim),
  done: changes([pool], poolDone),
  leave: changes([pool], poolLeave),
  cancel: changes([pool], poolCancel),
  state: reads([pool], poolState),
};

/** Large arguments and results of calls. */
export const piecesScripts = {
  add: changes([pool], piecesAdd),
  read: reads([pool], piecesRead),
  drop: changes([pool], piecesDrop),
};

const all = [lock, rwlock, semaphore, event, condition, barrier, queue, value, pool, sweep];

/** To open, to renew and to end a session: each may run again. */
export const sessionScripts = {
  open: reads(all, sessionOpen),
  beat: reads(all, sessionBeat),
  close: reads(all, sessionClose),
  mail: reads([], sessionMail),
};
