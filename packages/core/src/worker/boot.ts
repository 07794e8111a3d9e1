import type { Carrier } from "../contracts/instrumentation.js";
import type { TaskRef } from "../contracts/task.js";
import type { Handle } from "../kernel/cells.js";

/** A packet as it travels by `postMessage`, which copies its blobs and moves its transferables. */
export interface PostedPacket {
  readonly text: string;
  readonly blobs: readonly Uint8Array[] | undefined;
  readonly references: Handle | undefined;
  readonly transferables: readonly unknown[] | undefined;
}

/** The data that a worker gets when it starts. */
export interface Boot {
  readonly memory: unknown;
  readonly slot: number;
  readonly id: number;
  readonly name: string;
  readonly daemon: boolean;
  /** The adapter is in one file with the program's main module: to load it evaluates that. */
  readonly isBundled: boolean;
  readonly hasTasksInEntry: boolean;
  /** The cell in which this worker says that it has ended. */
  readonly status: number;
  readonly job: TargetJob | PoolJob;
}

/** Run one task, then end. */
export interface TargetJob {
  readonly kind: "target";
  readonly ref: TaskRef;
  /** Their transferables, if there are any, are posted after. */
  readonly args: Omit<PostedPacket, "transferables">;
  readonly hasTransferables: boolean;
  readonly carrier?: Carrier | undefined;
}

/** Serve a pool over the link in that cell until told to stop. */
export interface PoolJob {
  readonly kind: "pool";
  readonly link: number;
  /** How many of its calls to run at the same time. */
  readonly concurrency: number;
  /** The pool has an initializer: only where that has returned is there something to finalize. */
  readonly hasInitializer?: boolean;
  /** The work to do once nothing else runs, before the worker ends. */
  readonly finalizer?: FinalizerJob | undefined;
}

export interface FinalizerJob {
  readonly ref: TaskRef;
  readonly args: Omit<PostedPacket, "transferables">;
}

/** The task of a pool that an error comes from which nothing catches. */
export interface Culprit {
  readonly task: string;
  /** The number of its call; undefined once that has ended. */
  readonly number: number | undefined;
}

export type FromWorker =
  | { readonly type: "returned"; readonly value: PostedPacket }
  /** From a pool's worker: its finalizer did. */
  | { readonly type: "threw"; readonly error: PostedPacket }
  /** An error is about to end the worker. Of a pool's: whose it is, as far as that is known. */
  | { readonly type: "uncaught"; readonly by: Culprit | undefined; readonly error: PostedPacket | undefined }
  /** Something for the pool, beside the link: in the order in which the link mentions it. */
  | { readonly type: "transferables"; readonly transferables: readonly unknown[] };

export type FromCreator =
  /** Without a reason: it lies in shared memory. */
  | { readonly type: "cancel"; readonly reason: PostedPacket | undefined }
  /** A pool's worker: end once nothing runs, and the event loop has nothing left to do. */
  | { readonly type: "stop" }
  /** As `stop`, which took too long: end now, by way of the exit hooks. */
  | { readonly type: "exit" }
  | { readonly type: "transferables"; readonly transferables: readonly unknown[] };
