/**
 * Ways to break how workers end, and how objects are printed, written as JSON and transferred.
 *
 * @type {readonly import("./list.mjs").Mutant[]}
 */
export const ending = [
  {
    name: "recovery: a worker that is claimed while those above it are stopped is forgotten",
    file: "kernel/recovery.ts",
    find: "subtreeOf(region, dead, (slot) => {\n    if (slot !== dead) region.memory.liveness.stop(slot);\n  });",
    replace:
      "subtreeOf(region, dead);\n  for (const slot of subtree) if (slot !== dead) region.memory.liveness.stop(slot);",
  },
  {
    name: "options: limits that the runtime does not keep are ignored",
    file: "worker/resource-limits.ts",
    find: "if (resourceLimits || !parallel) continue;",
    replace: "if (limit > 0) continue;",
  },
  {
    name: "options: a property of current itself is undefined",
    file: "backend/workers.ts",
    find: "const get = (): never => {",
    replace: 'const get = (): undefined => {\n      if (name !== "kind") return undefined;',
  },
  {
    name: "options: workers that share one thread refuse limits",
    file: "worker/resource-limits.ts",
    find: "if (resourceLimits || !parallel) continue;",
    replace: "if (resourceLimits) continue;",
  },
  {
    name: "options: an option of another adapter's is not told from a slip",
    file: "worker/own-options.ts",
    find: "if (option in ownOptions || Reflect.get(Object(given), option) === undefined) continue;",
    replace: "if (option in ownOptions || given !== undefined) continue;",
  },
  {
    name: "ending: a pool that is closed kills its workers",
    file: "pool/host/worker-set.ts",
    find: "this.#links.map((link) => (isKilled(link) ? link.end(why) : this.#end(link, why)))",
    replace: "this.#links.map((link) => link.end(why))",
  },
  {
    name: "ending: a pool kills the workers that are idle for long",
    file: "pool/host/worker-set.ts",
    find: 'void this.#end(link, "was idle for long")',
    replace: 'void link.end("was idle for long")',
  },
  {
    name: "ending: a pool kills a worker that has run all its tasks",
    file: "pool/host/worker-set.ts",
    find: "void this.#end(link, why);\n        } else if",
    replace: "void link.end(why);\n        } else if",
  },
  {
    name: "ending: the idle workers of a pool are killed with their program",
    file: "pool/host/worker-set.ts",
    find: 'link.stop("was stopped with its program", timeout)',
    replace: 'link.end("was stopped with its program")',
  },
  {
    name: "ending: a worker that does not end in time is not told to exit first",
    file: "worker/child-worker.ts",
    find: '      this.post({ type: "exit" }, []);\n',
    replace: "",
  },
  {
    name: "ending: the finalizer does not run",
    file: "worker/serve.ts",
    find: "      await runTask(services, job.ref, undefined, () => finalizer(...args));\n",
    replace: "",
  },
  {
    name: "ending: the finalizer runs after an initializer that failed",
    file: "pool/worker/pool-worker.ts",
    find: "this.#isInitialized ? this.#job.finalizer : undefined",
    replace: "this.#job.finalizer",
  },
  {
    name: "ending: an error of the finalizer is not told",
    file: "worker/serve.ts",
    find: '    creator.post({ type: "threw", error: posted }, transfer);\n  } finally {',
    replace: "  } finally {",
  },
  {
    name: "ending: a worker ends while one of its tasks still runs",
    file: "pool/worker/pool-worker.ts",
    find: "    if (this.#isWorking || this.#running > 0) return;\n",
    replace: "    if (this.#isWorking) return;\n",
  },
  {
    name: "ending: the late error of an idle pool worker does not reach the except hook",
    file: "pool/host/results.ts",
    find: "    if (!isTold) link.report(exit.uncaught?.error, link.suspects.names);\n",
    replace: "",
  },
  {
    name: "ending: the late error of a worker whose target has settled does not reach the except hook",
    file: "worker/worker.ts",
    find: "    if (this.#outcome !== undefined && ending.uncaught !== undefined) this.#report(ending.uncaught.error);\n",
    replace: "",
  },
  {
    name: "ending: an awaited result of a daemon does not keep the awaiting worker alive",
    file: "worker/worker.ts",
    find: "    this.#keepAlive();\n    this.#result ??=",
    replace: "    this.#result ??=",
  },
  {
    name: "ending: an awaited join of a daemon does not keep the awaiting worker alive",
    file: "worker/worker.ts",
    find: "    const { keepAlive } = this.#services.kernel.adapter;\n    keepAlive.hold();\n    let stopListening",
    replace: "    const keepAlive = { hold: () => {}, letGo: () => {} };\n    keepAlive.hold();\n    let stopListening",
  },
  {
    name: "ending: a join that has given up stays with the worker",
    file: "worker/worker.ts",
    find: "      stopListening();\n      stopTimer();\n      ignoreSignal();\n",
    replace: "      stopTimer();\n      ignoreSignal();\n",
  },
  {
    name: "pool worker: one that becomes busy leaves entries in its ring",
    file: "pool/worker/pool-worker.ts",
    find: "    if (this.#isBusy) this.#read();\n    this.#isWorking = false;",
    replace: "    this.#isWorking = false;",
  },
  {
    name: "ending: a reason that cannot be sent keeps a worker from being cancelled",
    file: "kernel/codec.ts",
    find: "return this.packThrown(reason);",
    replace: 'return this.packWhole(reason, "reason");',
  },
  {
    name: "shown: JSON.stringify writes an object's own fields",
    file: "kernel/shown.ts",
    find: 'define(prototype, "toJSON", function toJSON(',
    replace: 'define(prototype, "asJSON", function toJSON(',
  },
  {
    name: "shown: JSON.stringify cannot write an object with a bigint",
    file: "kernel/shown.ts",
    find: 'typeof value === "bigint" ? String(value) : value',
    replace: "value",
  },
  {
    name: "shown: an object is printed with its own fields",
    file: "kernel/shown.ts",
    find: "  define(prototype, NODE, function inspect(",
    replace: '  define(prototype, Symbol("unknown"), function inspect(',
  },
  {
    name: "shown: the name of an object is not printed",
    file: "kernel/shown.ts",
    find: "const head = name === undefined ? className :",
    replace: "const head = name !== null ? className :",
  },
  {
    name: "shown: a class has the name that a bundler has given it",
    file: "backend/bindings.ts",
    find: "Object.defineProperties(called, { ...own, name: { value: name } });",
    replace: "Object.defineProperties(called, own);",
  },
  {
    name: "warnings: the rest of a deadline is taken for seconds",
    file: "kernel/arguments.ts",
    find: "  if (Number(timeout.toFixed(3)) !== timeout) return;\n",
    replace: "",
  },
  {
    name: "warnings: any array is taken for the arguments of a task",
    file: "task/one-array.ts",
    find: "  if (array.length !== length) return;\n",
    replace: "",
  },
  {
    name: "warnings: a thing that was used is told of",
    file: "worker/unused.ts",
    find: "return () => void this.#made.delete(made);",
    replace: "return () => {};",
  },
  {
    name: "transfer: memory of the region is moved",
    file: "kernel/message/transfer.ts",
    find: "    if (way.isRegion(one)) refuse(REGION_ADVICE, one);\n",
    replace: "",
  },
  {
    name: "transfer: a buffer that was moved before is moved again",
    file: "kernel/message/transfer.ts",
    find: 'isDetached(one)) refuse("an ArrayBuffer that was moved away cannot be sent", one);',
    replace: "isDetached(one)) continue;",
  },
  {
    name: "pool: a pause leaves with its workers what they were sent ahead",
    file: "pool/host/dispatch.ts",
    find: "    for (const link of this.workers) this.queue.reinstate(link.takeBackAll());\n    this.#unbind();\n",
    replace: "    this.#unbind();\n",
  },
  {
    name: "pool: a map goes on after a close that cancels what is queued",
    file: "pool/host/scheduler.ts",
    find: "    this.#mapRefusal ??= why;\n",
    replace: "",
  },
  {
    name: "pool: another worker says that it is ready in the place of one that gets ready",
    file: "pool/host/dispatch.ts",
    find: "call.key === undefined && !isOwn(call) && busiest.takeBack(call)",
    replace: "call.key === undefined && busiest.takeBack(call)",
  },
  {
    name: "pool: a close leaves a pool paused",
    file: "pool/host/scheduler.ts",
    find: "    if (this.isPaused) this.resume();\n    if (this.#unsettled",
    replace: "    if (this.#unsettled",
  },
];
