/**
 * Ways to break how waits begin and end, and what they own meanwhile.
 *
 * @type {readonly import("./list.mjs").Mutant[]}
 */
export const waits = [
  {
    name: "bell: hooks run before the bell is read",
    file: "kernel/bell.ts",
    find: `      const seen = Atomics.load(i32, this.#bell);
      // Asked after the bell was read: \`quiesce\` is followed by a ring, which this worker then does not sleep through.
      if (Atomics.load(i32, this.#quiesced) !== 0) this.parkForever();
      const next = this.#runHooks(deadline);
`,
    replace: `      const next = this.#runHooks(deadline);
      const seen = Atomics.load(i32, this.#bell);
      if (Atomics.load(i32, this.#quiesced) !== 0) this.parkForever();
`,
  },
  {
    name: "bell: a hook that waits starts the hooks again",
    file: "kernel/bell.ts",
    find: "    if (this.#runsHooks) return deadline;\n",
    replace: "",
  },
  {
    name: "bell: a worker that blocks sleeps beyond the next timer that is due",
    file: "kernel/bell.ts",
    find: "Math.max(0, next - now)",
    replace: "Math.max(0, deadline - now)",
  },
  {
    name: "pool: a timer that is due waits for the event loop",
    file: "worker/background-timers.ts",
    find: "    if (due.at <= now) due.act();\n",
    replace: "",
  },
  {
    name: "pool: calls that an ended worker had not started wait for the event loop",
    file: "pool/host/scheduler.ts",
    find: "    this.#dispatch.takeBackLost();\n",
    replace: "",
  },
  {
    name: "pool: the answers of a dead worker are read in the next turn",
    file: "pool/host/scheduler.ts",
    find: "  #onNews(): void {\n    this.#results.read();\n",
    replace: "  #onNews(): void {\n",
  },
  {
    name: "pool: a call that was submitted just before a blocking wait is not sent",
    file: "pool/host/scheduler.ts",
    find: "    if (this.#unsettled > 0) this.#dispatch.assign();\n",
    replace: "",
  },
  {
    name: "pool: a call waits for the end of the turn that makes it",
    file: "pool/host/scheduler.ts",
    find: "const isSent = mayStart && isFirst &&",
    replace: "const isSent = !mayStart && isFirst &&",
  },
  {
    name: "pool: the second call of a turn counts as sent with the first",
    file: "pool/host/scheduler.ts",
    find: "    this.#isSent = isSent;\n",
    replace: "    this.#isSent = mayStart;\n",
  },
  {
    name: "pool: no bell is armed after an answer",
    file: "pool/host/scheduler.ts",
    find: "    clock.queueMicrotask(() => this.#listen());\n",
    replace: "",
  },
  {
    name: "spin: a pool spins though its workers need all processors",
    file: "pool/host/answer-spin.ts",
    find: "      processors--;\n",
    replace: "",
  },
  {
    name: "spin: an answer that came after the processor was lost counts as found",
    file: "kernel/backoff.ts",
    find: "        if (clock.now() < deadline) this.succeeded();\n        else this.failed();\n",
    replace: "        this.succeeded();\n",
  },
  {
    name: "spin: one success has each try made again",
    file: "kernel/backoff.ts",
    find: "    this.#failures--;\n",
    replace: "    this.#failures = 0;\n",
  },
  {
    name: "pool: a turn does not read the answers that rang before it",
    file: "pool/host/scheduler.ts",
    find: "      // An answer that came before, while this worker blocked, has rung already.\n      this.#results.read();\n",
    replace: "",
  },
  {
    name: "worker: its grace ends it though its target has settled",
    file: "worker/worker.ts",
    find: "      if (target.hasSettled) return;\n",
    replace: "",
  },
  {
    name: "signals: each wait listens for itself",
    file: "kernel/signals.ts",
    find: "    listeners.set(signal, listener);\n",
    replace: "",
  },
  {
    name: "signals: an abort ends the first wait alone",
    file: "kernel/signals.ts",
    find: "        act();\n      } catch (error) {\n        // As",
    replace: "        act();\n        this.#acts.clear();\n      } catch (error) {\n        // As",
  },
  {
    name: "cells: a cell that only a freed cell referred to is freed recursively",
    file: "kernel/cells.ts",
    find: "    if (this.#isEnding) return;\n",
    replace: "",
  },
  {
    name: "queue: an item that waits for its place stays in the scratch",
    file: "queue/buffered.ts",
    find: "return frame.slice() as OwnedEntry<Uint8Array>;",
    replace: "return frame as OwnedEntry<Uint8Array>;",
  },
  {
    name: "frame: a frame that is made within another's use gets the same memory",
    file: "kernel/frame.ts",
    find: "    free = undefined;\n    return scratch;",
    replace: "    return scratch;",
  },
  {
    name: "frame: the memory of a large frame is kept for good",
    file: "kernel/frame.ts",
    find: "  if (scratch.bytes.length <= KEPT_BYTES) {",
    replace: "  if (scratch.bytes.length >= 0) {",
  },
  {
    name: "parking: a wait whose sleep fails stays in its queue",
    file: "kernel/parking.ts",
    find: "      return { error };\n",
    replace: "      throw error;\n",
  },
  {
    name: "parking: a wait whose sleep fails keeps what it was granted",
    file: "kernel/parking.ts",
    find: "        if (!hasLeft) this.#passGrant(gate, begun.node);\n        throw ended.error;",
    replace: "        throw ended.error;",
  },
  {
    name: "clock: a clock that was faked before core was loaded is taken for the runtime's",
    file: "kernel/clock.ts",
    find: "return (kept as T | undefined) ?? present;",
    replace: "return present;",
  },
  {
    name: "clock: its methods are looked up at each call",
    file: "kernel/clock.ts",
    find: "now: performance.now.bind(performance),",
    replace: "now: () => performance.now(),",
  },
  {
    name: "cancel: a target that begins late has only the rest of its grace",
    file: "worker/worker.ts",
    find: "        this.#startGrace(child);\n        return;\n",
    replace: "",
  },
  {
    name: "cancel: a target that was refused begins all the same",
    file: "worker/target-state.ts",
    find: "return this.#leaveStart(TARGET_RUNS);",
    replace: "return this.#leaveStart(TARGET_RUNS) || true;",
  },
  {
    name: "cancel: a target that does not begin in time is not refused",
    file: "worker/worker.ts",
    find: "unbegun !== undefined && target.refuse();",
    replace: "false;",
  },
];
