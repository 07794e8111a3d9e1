import type { Kernel } from "../kernel/kernel.js";
import { refuseToSend } from "../kernel/message/refusal.js";
import { showAs } from "../kernel/shown.js";
import { disposedPrototypeOf } from "./disposed.js";

/** An object that lives in the region. This is one worker's proxy for it: where it is, and how to get there. */
export abstract class SharedObject {
  // Private, so that code which prints, compares or copies the object does not go through the whole region.
  readonly #kernel: Kernel;
  readonly #cell: number;
  readonly #className: string;
  #label: string;
  #isDisposed = false;

  constructor(kernel: Kernel, cell: number, className: string) {
    this.#kernel = kernel;
    this.#cell = cell;
    this.#className = className;
    this.#label = `${className} #${cell}`;
    kernel.region.reach(cell);
  }

  static {
    refuseToSend(this.prototype, "it is an object of another adapter, whose workers alone know it");
    showAs(
      this.prototype,
      (object) => object.#className,
      (object) => ({
        className: object.#className,
        name: object.#isDisposed ? undefined : object.#kernel.names.nameOf(object.#cell),
        state: object.#isDisposed ? { disposed: true } : object.state(),
      }),
    );
  }

  protected get kernel(): Kernel {
    return this.#kernel;
  }

  protected get cell(): number {
    return this.#cell;
  }

  /** How traces and errors call it: `Lock stdout`, or by its address where it has no name. */
  protected get label(): string {
    return this.#label;
  }

  /** Says under which name it was asked for. */
  nameIt(label: string): void {
    this.#label = label;
  }

  /** The display of its state at this moment: read without the latch. */
  protected abstract state(): Readonly<Record<string, unknown>>;

  /** How many waits are parked at it. */
  protected get waits(): number {
    return this.#kernel.waiting(this);
  }

  /** Runs `act` under the object's latch: its writes happen as one step, or not at all if it throws. */
  protected inSection<R>(act: () => R): R {
    return this.#kernel.waiters.inSection(this.#cell, act);
  }

  dispose(): void {
    const { kernel, cell } = this;
    this.#isDisposed = true;
    kernel.cells.dispose(this, this.isShown || kernel.waitsAt(cell));
    Object.setPrototypeOf(this, disposedPrototypeOf(Reflect.getPrototypeOf(this) as object, SharedObject.prototype));
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  /** Whether users have something through which they see the object's memory. */
  protected get isShown(): boolean {
    return false;
  }

  get [Symbol.toStringTag](): string {
    return this.#label;
  }
}
