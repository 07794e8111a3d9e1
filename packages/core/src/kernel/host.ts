import { sizeOf } from "./allocator.js";
import type { Bundled, Bundles } from "./bundles.js";
import type { Cells, Handle } from "./cells.js";
import { WORD } from "./layout.js";
import { type Host, makeView, type TaskName, type ViewName } from "./message/packet.js";
import type { Region } from "./region.js";

/** How tasks are named in messages, and found by their names; the layer that knows tasks supplies it. */
export interface Tasks extends Pick<Host, "nameOfTask" | "taskOfName"> {
  /** The function that a name stands for, if this worker has it already. */
  known(name: TaskName): ((...args: never[]) => unknown) | undefined;
  /** As {@link known}, loading its module if need be. Rejects with TaskNotFoundError. */
  find(name: TaskName): Promise<(...args: never[]) => unknown>;
}

const noTasks: Tasks = {
  nameOfTask: () => undefined,
  taskOfName: () => undefined,
  known: () => undefined,
  find: ({ name }) => Promise.reject(new Error(`Heddle kernel: there are no tasks here to find ${name} among`)),
};

/** How the codec recognises what lives in the region: objects by their proxies, and views by their bytes. */
export class RegionHost implements Host {
  readonly #region: Region;
  readonly #cells: Cells;
  readonly #bundles: Bundles;
  tasks: Tasks = noTasks;

  constructor(region: Region, cells: Cells, bundles: Bundles) {
    this.#region = region;
    this.#cells = cells;
    this.#bundles = bundles;
  }

  isShared(object: object): boolean {
    return this.#cells.handleOf(object) !== undefined;
  }

  tie(objects: readonly object[]): Handle {
    return this.#bundles.tie(objects);
  }

  open(bundle: Handle): Bundled[] {
    return this.#bundles.open(bundle);
  }

  sharedOf(view: ArrayBufferView): { owner: object; byteOffset: number } | null | undefined {
    if (view.buffer !== this.#region.memory.buffer) return undefined;
    // Usually the view of a shared array; else a part of one, found by where it lies.
    const owner =
      this.#cells.tiedTo(view) ?? this.#cells.ownerOf(view.byteOffset / WORD, (cell) => sizeOf(this.#region, cell));
    const handle = owner === undefined ? undefined : this.#cells.handleOf(owner);
    if (owner === undefined || handle === undefined) return null;
    return { owner, byteOffset: view.byteOffset - handle.address * WORD };
  }

  viewOf({ object, address }: Bundled, type: ViewName, byteOffset: number, length: number): ArrayBufferView {
    const view = makeView(type, this.#region.memory.buffer, address * WORD + byteOffset, length);
    this.#cells.tie(view, object);
    return view;
  }

  isRegion(buffer: object): boolean {
    return buffer === this.#region.memory.buffer || this.#cells.tiedTo(buffer) !== undefined;
  }

  nameOfTask(fn: object): TaskName | undefined {
    return this.tasks.nameOfTask(fn);
  }

  taskOfName(name: TaskName): unknown {
    return this.tasks.taskOfName(name);
  }
}
