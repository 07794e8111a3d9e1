/**
 * Ways to break the adapters, and what those on Node and Bun have in common.
 *
 * @type {readonly import("./list.mjs").Mutant[]}
 */
export const adapters = [
  {
    name: "exit hooks: a worker gives up its objects before them",
    file: "packages/node-host/src/exit-hooks.ts",
    find: "    begin();\n",
    replace: "    begin();\n    endOnce(args[0]);\n",
  },
  {
    name: "exit hooks: one that ends its worker at once keeps it from telling that it has ended",
    file: "packages/node-host/src/exit-hooks.ts",
    find: "      endOnce(code);\n",
    replace: "",
  },
  {
    name: "threads: a thread whose number was used again is taken for alive",
    file: "packages/node-threads/src/thread-liveness.ts",
    find: "return startOf(thread) !== started;",
    replace: "return startOf(thread) === 0;",
  },
  {
    name: "threads: a thread that the system does not know is taken for alive",
    file: "packages/node-threads/src/thread-liveness.ts",
    find: 'return code === "ENOENT" || code === "ESRCH";',
    replace: "return code === undefined;",
  },
  {
    name: "threads: a thread is ended while native work is under way",
    file: "packages/node-threads/src/native-work.ts",
    find: "looks === 0 || Atomics.load(word, 0) === 0",
    replace: "looks >= 0",
  },
  {
    name: "threads: a thread that was killed while it wrote holds up the output of others",
    file: "packages/node-threads/src/output.ts",
    find: "if (Atomics.compareExchange(writer, 0, thread, 0) === thread) Atomics.notify(writer, 0);",
    replace: "",
  },
  {
    name: "threads: output that a thread has posted waits while its starter blocks",
    file: "packages/node-threads/src/output.ts",
    find: "  aroundWaits.add(drainAll);\n",
    replace: "",
  },
  {
    name: "threads: output that a thread posted before its end is lost",
    file: "packages/node-threads/src/output.ts",
    find: "      drain(port1);\n",
    replace: "",
  },
  {
    name: "threads: output that the program has replaced goes to the program's descriptor",
    file: "packages/node-threads/src/output.ts",
    find: "  if (stream.write !== Writable.prototype.write) return false;\n",
    replace: "",
  },
  {
    name: "node: the first hold that is let go ends them all",
    file: "packages/node-host/src/keep-alive.ts",
    find: "if (--holds === 0) channel.port1.unref();",
    replace: "holds = 0;\n      channel.port1.unref();",
  },
  {
    name: "node: a worker is given the text of its creator's program",
    file: "packages/node-host/src/exec-argv.ts",
    find: "else if (name === option) n += values;",
    replace: "",
  },
  {
    name: "node: an uncaught error that the program catches itself is told",
    file: "packages/node-host/src/uncaught.ts",
    find: 'if (process.listenerCount("uncaughtException") === 0) hook(origin, error);',
    replace: "hook(origin, error);",
  },
  {
    name: "bun: an error of a worker arrives by its text alone",
    file: "packages/bun/src/uncaught.ts",
    find: "this.#posted === undefined ?",
    replace: "this.#posted !== null ?",
  },
  {
    name: "bun: a message of a worker is taken for an uncaught error",
    file: "packages/bun/src/uncaught.ts",
    find: "|| !(UNCAUGHT in message)) return false;",
    replace: ") return false;",
  },
  {
    name: "deno: a permission that does not exist is passed on",
    file: "packages/deno/src/permission-option.ts",
    find: "names.includes(name) && isScope(value)",
    replace: "name !== undefined && isScope(value)",
  },
];
