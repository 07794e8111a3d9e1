import type { ScalarType, SharedArray as SharedArrayContract, Views } from "../contracts/shared.js";
import { typeError } from "../contracts/wrong-use.js";
import type { Kernel } from "../kernel/kernel.js";
import { SHARED_DATA, SHARED_LENGTH, SHARED_TYPE } from "../kernel/layout.js";
import { makeWindows } from "../kernel/windows.js";
import { disposedErrorOf, isDisposed } from "../sync/disposed.js";
import { Lockable } from "./lockable.js";
import { withoutElements } from "./no-elements.js";
import { ARRAYS, SCALAR_TYPES } from "./scalars.js";

export class SharedArray<K extends ScalarType = "f64"> extends Lockable implements SharedArrayContract<K> {
  readonly #length: number;
  readonly #type: K;
  #view: Views[K] | undefined;

  constructor(kernel: Kernel, cell: number) {
    super(kernel, cell, "SharedArray");
    const { i32 } = kernel.region;
    this.#type = SCALAR_TYPES[i32[cell + SHARED_TYPE] as number] as K;
    this.#length = i32[cell + SHARED_LENGTH] as number;
  }

  /** Once, before the first is made: a static block would keep the class in every bundle. */
  static prepare(): void {
    if (Object.getPrototypeOf(this.prototype) !== Lockable.prototype) return;
    const refuse = (array: object, index: string): never => {
      if (isDisposed(array)) throw disposedErrorOf(array);
      throw typeError(`A SharedArray has no elements itself: they are its view's, array.view[${index}]`);
    };
    Object.setPrototypeOf(this.prototype, withoutElements(Lockable.prototype, refuse));
  }

  /** Here, in front of what refuses elements: V8's `toString` would ask that, which has no label. */
  override get [Symbol.toStringTag](): string {
    return this.label;
  }

  get length(): number {
    return this.#length;
  }

  /** Made when first asked for: not every worker that an array passes through looks into it. */
  get view(): Views[K] {
    this.#view ??= this.#open();
    return this.#view;
  }

  protected override get isShown(): boolean {
    return this.#view !== undefined;
  }

  #open(): Views[K] {
    const ViewArray = ARRAYS[this.#type];
    const bytes = this.length * ViewArray.BYTES_PER_ELEMENT;
    const { buffer, byteOffset } = makeWindows(this.kernel).open(this, this.cell + SHARED_DATA, bytes);
    return new ViewArray(buffer, byteOffset, this.length);
  }

  protected override state(): Readonly<Record<string, unknown>> {
    const { i32 } = this.kernel.region;
    return { type: SCALAR_TYPES[i32[this.cell + SHARED_TYPE] as number], length: this.length };
  }
}
