/** @type {readonly import("./list.mjs").Mutant[]} */
export const allocator = [
  {
    name: "allocator: free cells side by side are not joined",
    file: "kernel/allocator.ts",
    find: "if (before !== 0 && section.read(before + CELL_KIND) === Kind.Free && this.#moveCursors(cell, before)) {",
    replace: "if (before < 0) {",
  },
  {
    name: "allocator: the last cells, free, stay below top",
    file: "kernel/allocator.ts",
    find: "if (end === top && this.#moveCursors(top, start)) {",
    replace: "if (end > top) {",
  },
  {
    name: "allocator: a walk's cursor stays where no cell begins any more",
    file: "kernel/allocator.ts",
    find: "    for (const cursor of cursors) section.write(cursor, to);\n",
    replace: "",
  },
  {
    name: "allocator: memory that was used before is not zeroed",
    file: "kernel/allocator.ts",
    find: "Math.min(cell + words, dirtyEnd));",
    replace: "cell + CELL_PAYLOAD);",
  },
  {
    name: "allocator: a large cell has its kind before it is zeroed",
    file: "kernel/allocator.ts",
    find: "isZeroedLater ? Kind.Bytes : kind",
    replace: "kind",
  },
  {
    name: "allocator: a cell is found beyond what this worker has mapped",
    file: "kernel/allocator.ts",
    find: "    this.#region.reach(free + size - 1);\n",
    replace: "",
  },
  {
    name: "allocator: bytes that look like a cell are taken for it",
    file: "kernel/allocator.ts",
    find: "return end > address && (end >= top || i32[end + CELL_NEIGHBOUR] === address);",
    replace: "return end > address;",
  },
  {
    name: "allocator: a request ignores a free cell that just fits",
    file: "kernel/allocator.ts",
    find: "this.#free.find(words, true)",
    replace: "this.#free.find(words, false)",
  },
  {
    name: "cells: the finalizer of an object that was collected gives its reference back again",
    file: "kernel/cells.ts",
    find: "    holding.proxies = 0;\n",
    replace: "",
  },
  {
    name: "cells: garbage is not looked for",
    file: "kernel/collector.ts",
    find: "return freed > 0;",
    replace: "return false;",
  },
  {
    name: "dispose: an array is freed under its views",
    file: "shared/shared-array.ts",
    find: "return this.#view !== undefined;",
    replace: "return false;",
  },
  {
    name: "dispose: an object is freed while a worker waits for it",
    file: "sync/shared-object.ts",
    find: "this.isShown || kernel.waitsAt(cell)",
    replace: "this.isShown",
  },
  {
    name: "windows: a buffer does not hold its array",
    file: "kernel/windows.ts",
    find: "this.#owned.set(window.buffer, { owner,",
    replace: "this.#owned.set(window.buffer, { owner: { ...owner },",
  },
];
