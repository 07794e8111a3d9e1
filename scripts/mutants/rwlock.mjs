/**
 * Ways to break how a lock for readers and writers finds those that wait for it.
 *
 * @type {readonly import("./list.mjs").Mutant[]}
 */
export const rwlock = [
  {
    name: "rwlock: it is handed to the first at once",
    file: "sync/rwlock.ts",
    find: "if (waiters.isHandedOver(node, this.#isFair)) return true;",
    replace: "if (waiters.isHandedOver(node, true)) return true;",
  },
  {
    name: "rwlock: a fair one is free while the first waiter wakes up",
    file: "sync/rwlock.ts",
    find: "if (waiters.isHandedOver(node, this.#isFair)) return true;",
    replace: "if (waiters.isHandedOver(node, false)) return true;",
  },
  {
    name: "rwlock: nobody is woken as it is given back",
    file: "sync/rwlock.ts",
    find: "    waiters.wakeFirst(node);\n",
    replace: "",
  },
  {
    name: "rwlock: a waiter that was woken in vain is not woken again",
    file: "sync/rwlock.ts",
    find: "      waiters.wokenInVain(node, isOverdue);\n",
    replace: "",
  },
  {
    name: "rwlock: a writer that has looked in vain does not hold up readers",
    file: "sync/rwlock.ts",
    find: "return writer !== 0 && !this.#is(writer, NODE_WOKEN);",
    replace: "return writer < 0;",
  },
  {
    name: "rwlock: a writer that is being woken holds up all others",
    file: "sync/rwlock.ts",
    find: "return writer !== 0 && !this.#is(writer, NODE_WOKEN);",
    replace: "return writer !== 0;",
  },
  {
    name: "rwlock: an overdue reader waits for the writers, too",
    file: "sync/rwlock.ts",
    find: "this.#is(reader, NODE_OVERDUE); reader",
    replace: "reader < 0; reader",
  },
  {
    name: "rwlock: one reader is woken at a time",
    file: "sync/rwlock.ts",
    find: "      section.commit();\n      reader = next;\n",
    replace: "      section.commit();\n      reader = next * 0;\n",
  },
  {
    name: "rwlock: readers that came while others were being woken are not woken",
    file: "sync/rwlock.ts",
    find: "if (this.#is(this.#first(READERS), NODE_WOKEN) && this.#is(last, NODE_WOKEN)) return;",
    replace: "if (this.#is(this.#first(READERS), NODE_WOKEN) && last > 0) return;",
  },
  {
    name: "rwlock: a woken writer enters though others read",
    file: "sync/rwlock.ts",
    find: "(!isReader && this.#isRead)) {",
    replace: "isReader === undefined) {",
  },
  {
    name: "rwlock: a wake-up that comes to nothing is not passed on",
    file: "sync/rwlock.ts",
    find: "  onCancel(): void {\n    this.#admit();\n",
    replace: "  onCancel(): void {\n",
  },
];
