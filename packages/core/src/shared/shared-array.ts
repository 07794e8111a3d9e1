import type { ScalarType, SharedArray as SharedArrayContract, Views } from "../contracts/shared.js";
import type { Kernel } from "../kernel/kernel.js";
import { SHARED_DATA, SHARED_LENGTH, SHARED_TYPE, WORD } from "../kernel/layout.js";
import { Lockable } from "./lockable.js";
import { ARRAYS, SCALAR_TYPES } from "./scalars.js";

export class SharedArray<K extends ScalarType = "f64"> extends Lockable implements SharedArrayContract<K> {
  readonly length: number;
  readonly view: Views[K];

  constructor(kernel: Kernel, cell: number) {
    super(kernel, cell, "SharedArray");
    const { i32, memory } = kernel.region;
    const type = SCALAR_TYPES[i32[cell + SHARED_TYPE] as number] as K;
    this.length = i32[cell + SHARED_LENGTH] as number;
    const view = new ARRAYS[type](memory.buffer, (cell + SHARED_DATA) * WORD, this.length);
    // Who holds the view holds the array, so that its memory is not freed under the view.
    kernel.cells.tie(view, this);
    this.view = view;
  }

  protected override state(): Readonly<Record<string, unknown>> {
    const { i32 } = this.kernel.region;
    return { type: SCALAR_TYPES[i32[this.cell + SHARED_TYPE] as number], length: this.length };
  }
}
