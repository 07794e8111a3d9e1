import { callSite } from "../../contracts/frames.js";
import type { TaskRef } from "../../contracts/task.js";
import type { Kernel } from "../../kernel/kernel.js";
import type { OwnedPacket, Packet } from "../../kernel/message/index.js";
import type { FinalizerJob } from "../../worker/boot.js";
import { Call } from "../call.js";
import { MODE_INITIALIZE } from "../wire/entries.js";

/** The function that each worker of a pool runs as its last, with the same arguments, kept until the pool's end. */
export class Finalizer {
  readonly job: FinalizerJob;
  readonly #kernel: Kernel;
  readonly #packet: OwnedPacket;

  /** Throws SendError for arguments that cannot be copied. */
  constructor(kernel: Kernel, ref: TaskRef, args: readonly unknown[]) {
    this.#kernel = kernel;
    this.#packet = kernel.codec.packWhole(args, "finalizerArgs");
    const { text, blobs, references } = this.#packet;
    this.job = { ref, args: { text, blobs, references } };
  }

  dispose(): void {
    this.#kernel.codec.dispose(this.#packet);
  }
}

/**
 * The function that each worker of a pool runs before its first task. It is a call of its own, with the same arguments, kept until the
 * pool's end.
 */
export class Initializer {
  readonly #kernel: Kernel;
  readonly #ref: TaskRef;
  readonly #packet: Packet;
  readonly #site = callSite();

  /** Throws SendError for arguments that cannot be copied: a moved value could go to one worker only. */
  constructor(kernel: Kernel, ref: TaskRef, args: readonly unknown[]) {
    this.#kernel = kernel;
    this.#ref = ref;
    this.#packet = kernel.codec.packForMany(args, "initArgs");
  }

  /** A call for one more worker. */
  call(onSuccess: () => void, onFailure: (error: unknown) => void): Call {
    return new Call(this.#ref, MODE_INITIALIZE, this.#packet, this.#site, onSuccess, onFailure);
  }

  dispose(): void {
    this.#kernel.codec.dispose(this.#packet);
  }
}
