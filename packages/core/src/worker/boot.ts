import type { TaskRef } from "../contracts/task.js";
import type { Handle } from "../kernel/cells.js";

/** A packet as it travels by `postMessage`, which copies its blobs and moves what its parcel transfers. */
export interface PostedPacket {
  readonly text: string;
  readonly blobs: readonly Uint8Array[] | undefined;
  readonly bundle: Handle | undefined;
  readonly parcel: readonly unknown[] | undefined;
}

/** What a worker is told when it starts. */
export interface Boot {
  readonly memory: unknown;
  readonly slot: number;
  readonly id: number;
  readonly name: string;
  readonly daemon: boolean;
  /** The cell in which this worker says that it has ended. */
  readonly status: number;
  readonly job: TargetJob | PoolJob;
}

/** Run one task, then end. */
export interface TargetJob {
  readonly kind: "target";
  readonly ref: TaskRef;
  /** Their parcel, if there is one, is posted after. */
  readonly args: Omit<PostedPacket, "parcel">;
  readonly hasParcel: boolean;
}

/** Serve a pool over the link in that cell until told to stop. */
export interface PoolJob {
  readonly kind: "pool";
  readonly link: number;
  /** How many of its calls to run at the same time. */
  readonly concurrency: number;
}

export type FromWorker =
  | { readonly type: "returned"; readonly value: PostedPacket }
  | { readonly type: "threw"; readonly error: PostedPacket }
  /** Something for the pool, beside the link: in the order in which the link mentions it. */
  | { readonly type: "parcel"; readonly parcel: readonly unknown[] };

export type FromCreator =
  | { readonly type: "cancel"; readonly reason: PostedPacket }
  | { readonly type: "parcel"; readonly parcel: readonly unknown[] };
