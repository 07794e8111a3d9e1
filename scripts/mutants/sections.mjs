/**
 * As in list.mjs: the critical sections.
 *
 * @type {readonly import("./list.mjs").Mutant[]}
 */
export const sections = [
  {
    name: "section: the words are changed before the journal is committed",
    file: "kernel/section.ts",
    find: `        Atomics.store(i32, latch, me | LATCH_COMMITTED);
      }
      return result;`,
    replace: `        this.#carryOut(slot);
        Atomics.store(i32, latch, me | LATCH_COMMITTED);
      }
      return result;`,
  },
  {
    name: "section: a word is read as the last section wrote it, after that section",
    file: "kernel/section.ts",
    find: "      // Outside a section, a word is read as it is: the journal's entries are of the past.\n      this.#entries = 0;\n",
    replace: "",
  },
  {
    name: "section: the latch is put on record after it is taken",
    file: "kernel/section.ts",
    find: "      Atomics.store(i32, slot + SLOT_LATCH, latch);\n      // Asked after that: of a killer that looks at the record and this worker, one sees the other (see quiesce.ts).",
    replace: "      // Asked",
  },
  {
    name: "section: a dead worker's journal is not carried out",
    file: "kernel/section.ts",
    find: "    this.#carryOut(slotAddress(i32[this.#slot + SLOT_INHERITED] as number));\n",
    replace: "",
  },
  {
    name: "section: a dead worker's latch is not given back",
    file: "kernel/section.ts",
    find: "      this.#enter(latch, its);\n      this.drop();\n",
    replace: "",
  },
  {
    name: "section: a worker that finds a latch's holder dead does not inherit the latch",
    file: "kernel/section.ts",
    find: "(looks >= 0 && looks % LOOKS_A_QUESTION === 0 && memory.liveness.hasDied(slotOf(word)))",
    replace: "false",
  },
  {
    name: "section: a quiesced worker enters another one",
    file: "kernel/section.ts",
    find: "      if (Atomics.load(i32, slot + SLOT_QUIESCED) !== 0) this.#parkForever();\n      if (Atomics.compareExchange(i32, latch, 0, me)",
    replace: "      if (Atomics.compareExchange(i32, latch, 0, me)",
  },
  {
    name: "section: a worker that ends sleeps when it finds itself quiesced",
    file: "kernel/section.ts",
    find: "    if (this.#isEnding) throw new QuiescedError();\n",
    replace: "",
  },
  {
    name: "section: a worker that ends does not say so",
    file: "backend/run-as-worker.ts",
    find: "    kernel.section.end();\n",
    replace: "",
  },
  {
    name: "section: a worker that was quiesced as it ended fails with an error",
    file: "backend/run-as-worker.ts",
    find: "if (!(error instanceof QuiescedError)) throw error;",
    replace: "throw error;",
  },
  {
    name: "section: the expected content of a word is read when the word is written",
    file: "kernel/section.ts",
    find: "i32[entry + 1] = expected ?? (i32[address] as number);",
    replace: "i32[entry + 1] = i32[address] as number;",
  },
  {
    name: "section: two lives of a slot show the same in a latch",
    file: "kernel/layout.ts",
    find: "(slot + 1) | (id << LATCH_LIFE_SHIFT)",
    replace: "(slot + 1) | ((id & 0) << LATCH_LIFE_SHIFT)",
  },
  {
    name: "section: a grant is seen before its section is carried out whole",
    file: "kernel/waiters.ts",
    find: "    if (this.#section.isUnderWay(latch)) this.#section.run(latch, () => {});\n",
    replace: "",
  },
  {
    name: "section: an heir that fails gives a latch back with a journal half carried out",
    file: "kernel/section.ts",
    find: "(word & LATCH_INHERITED) !== 0 ? found : 0",
    replace: "0",
  },
  {
    name: "section: an interrupted section is not completed by the next one",
    file: "kernel/section.ts",
    find: "    if (this.#latch !== 0) this.#closeInterrupted();\n    const { i32 } = this.#region;\n    const me",
    replace: "    const { i32 } = this.#region;\n    const me",
  },
  {
    name: "section: an heir's heir carries out the heir's own journal",
    file: "kernel/section.ts",
    find: "isHeir ? (i32[slotAddress(dead) + SLOT_INHERITED] as number) : dead",
    replace: "dead",
  },
  {
    name: "section: grants of a section that then throws ring no waiter",
    file: "kernel/waiters.ts",
    find: "      this.wakeLater();\n",
    replace: "",
  },
  {
    name: "section: an error in a section keeps the latch",
    file: "kernel/waiters.ts",
    find: "const result = this.#section.run(cell + CELL_LATCH, act);",
    replace: "this.#section.enter(cell + CELL_LATCH);\n      const result = act();\n      this.#section.leave();",
  },
  {
    name: "slots: a worker that could not be started keeps its slot",
    file: "worker/child-worker.ts",
    find: "        freeSlot(kernel.region, slot);\n      }\n      throw error;",
    replace: "      }\n      throw error;",
  },
  {
    name: "slots: the step that takes a slot does not record the slot's creator",
    file: "kernel/layout.ts",
    find: "creator + 1 + SLOT_TAKEN;",
    replace: "(creator & 0) + SLOT_TAKEN;",
  },
  {
    name: "names: a table that was replaced is kept",
    file: "kernel/names.ts",
    find: "    if (superfluous !== 0) this.#cells.letGo(superfluous);\n",
    replace: "",
  },
  {
    name: "names: a table is published before its names are in it",
    file: "kernel/names.ts",
    find: "        this.#copy(table, larger);\n        this.#allocator.own(table);",
    replace:
      "        section.write(NAMES, larger);\n        section.commit();\n        this.#copy(table, larger);\n        this.#allocator.own(table);",
  },
  {
    name: "names: names with different lone surrogates are one",
    file: "kernel/names.ts",
    find: "encode(JSON.stringify(name))",
    replace: "encode(name)",
  },
  {
    name: "rlock: its owner's number does not wrap as its word does",
    file: "sync/rlock.ts",
    find: "(this.kernel.currentTask() + 1) | 0",
    replace: "this.kernel.currentTask() + 1",
  },
  {
    name: "shared map: a value that was replaced is not this worker's to free",
    file: "shared/map-table.ts",
    find: "    allocator.own(entry);\n    this.removed.push(entry);",
    replace: "    this.removed.push(entry);",
  },
  {
    name: "shared map: a table is the map's before its entries are its own",
    file: "shared/map-table.ts",
    find: "      section.write(table + TABLE_OWNS, 1);\n",
    replace: "",
  },
  {
    name: "shared map: an old table frees the entries that the new one has",
    file: "shared/map-table.ts",
    find: "        section.write(before + TABLE_OWNS, 0);\n",
    replace: "",
  },
  {
    name: "shared map: an entry that was set meanwhile in the same cell is taken for the one that was read",
    file: "shared/shared-map.ts",
    find: "(found === 0 || this.#entries.generationOf(found) === before.generation)",
    replace: "true",
  },
  {
    name: "shared map: a search ends at a slot that was deleted",
    file: "shared/map-table.ts",
    find: "      } else if (entry === 0) {\n        if (this.#vacant === 0) this.#vacant = slot;\n        return 0;",
    replace:
      "        return 0;\n      } else if (entry === 0) {\n        if (this.#vacant === 0) this.#vacant = slot;\n        return 0;",
  },
  {
    name: "shared map: bytes between the parts of a value count",
    file: "shared/map-entries.ts",
    find: "    return isSameContent(frame, u8.subarray(at * WORD, at * WORD + (i32[at] as number)));",
    replace: "    return i32[at] === frame.length && frame.every((byte, i) => u8[at * WORD + i] === byte);",
  },
  {
    name: "shared map: a read does not count as a use",
    file: "shared/map-table.ts",
    find: "    if (entry !== 0 && this.#maxSize > 0) this.#recent.use(entry);\n",
    replace: "",
  },
];
