const SOURCES = "packages/process-host/src";

/**
 * Ways to break the backend of processes.
 *
 * @type {readonly import("./list.mjs").Mutant[]}
 */
export const processes = [
  {
    name: "processes: one is started that nothing is heard of",
    file: `${SOURCES}/spawned-process.ts`,
    find: "  context.own.listen();\n  const shared = new Shared(context);\n",
    replace: "  const shared = new Shared(context);\n",
  },
  {
    name: "mailbox: the file grows by each message that was read",
    file: `${SOURCES}/mailbox.ts`,
    find: "this.#mayBeginAnew(BODY + body.length) ? 0 : this.#end;",
    replace: "this.#end;",
  },
  {
    name: "mailbox: a message that cannot be written keeps its room on the disk",
    file: `${SOURCES}/mailbox.ts`,
    find: "      this.#records.truncate(this.#end + 1);\n",
    replace: "",
  },
  {
    name: "mailbox: a message is there before its text",
    file: `${SOURCES}/mailbox.ts`,
    find: "      this.#records.write(body, position + BODY);\n",
    replace: "      this.#records.setState(MESSAGE, position);\n      this.#records.write(body, position + BODY);\n",
  },
  {
    name: "mailbox: a large message keeps its memory after it was read",
    file: `${SOURCES}/mailbox.ts`,
    find: "    if (bytes > LARGE) this.#giveBack(position + BODY, bytes);\n",
    replace: "",
  },
  {
    name: "mailbox: a write that a signal interrupts fails",
    file: `${SOURCES}/mailbox.ts`,
    find: "else if (n === 0 || !interrupted(this.#runtime))",
    replace: "else",
  },
  {
    name: "process: a start that fails keeps its descriptors",
    file: `${SOURCES}/spawned-process.ts`,
    find: "    shared.close(false);\n    throw error;",
    replace: "    throw error;",
  },
  {
    name: "process: a start for which the descriptors run out keeps those that it has opened",
    file: `${SOURCES}/spawned-process.ts`,
    find: "      this.#closeAll();\n      throw error;",
    replace: "      throw error;",
  },
  {
    name: "process: a process that listens to SIGTERM is killed without it",
    file: `${SOURCES}/spawned-process.ts`,
    find: "    this.#drainInbox();\n    if (this.#handlesSigterm)",
    replace: "    if (this.#handlesSigterm)",
  },
  {
    name: "process: a process that has changed its user is not ended",
    file: `${SOURCES}/spawned-process.ts`,
    find: "    this.#shared.prepared.sever();\n",
    replace: "",
  },
  {
    name: "process: the last messages of a process that has ended are lost",
    file: `${SOURCES}/spawned-process.ts`,
    find: "    if (this.#hasEnded) return;\n    this.#read();\n    // The end",
    replace: "    if (this.#hasEnded) return;\n    // The end",
  },
  {
    name: "process: the end of a process does not wait for handles that are on their way",
    file: `${SOURCES}/spawned-process.ts`,
    find: "    if (this.#inbox.isWaiting) return;\n",
    replace: "",
  },
  {
    name: "process: handles are sent before the process hears of them",
    file: `${SOURCES}/spawned-process.ts`,
    find: "if (!this.#hears || this.#handles.length === 0) return;",
    replace: "if (this.#handles.length === 0) return;",
  },
  {
    name: "process: a process wakes its creator before the message is there",
    file: `${SOURCES}/creator.ts`,
    find: "    outbox.put(message);\n    creator.wake(MESSAGE);\n",
    replace: "    creator.wake(MESSAGE);\n    outbox.put(message);\n",
  },
  {
    name: "process: a process may end while its handles are on their way",
    file: `${SOURCES}/creator.ts`,
    find: "    runtime.keepAlive.hold();\n",
    replace: "    runtime.keepAlive.letGo();\n",
  },
  {
    name: "process: an uncaught error that cannot be sent is not told",
    file: `${SOURCES}/creator.ts`,
    find: "send({ uncaught: copyOfUncaught(error) });",
    replace: "send({ uncaught: error });",
  },
  {
    name: "process: programs that a process starts by itself find its startup info",
    file: `${SOURCES}/startup-info.ts`,
    find: "  environment.delete(VARIABLE);\n",
    replace: "",
  },
  {
    name: "process: a slot is not claimed again after a start that failed",
    file: `${SOURCES}/backend.ts`,
    find: "      } finally {\n        memory.renewClaim();\n      }",
    replace: "      } finally {\n      }",
  },
  {
    name: "process: a process does not end with its creator after a change of its user",
    file: `${SOURCES}/systems/lifeline.ts`,
    find: "  native.posix.setDescriptor(childs, F_SETSIG, SIGKILL);\n",
    replace: "",
  },
  {
    name: "process: a creator that ended before its process began is taken for alive",
    file: `${SOURCES}/systems/lifeline.ts`,
    find: "return poll(posix, [{ fd: childs, events: POLLIN }], 0).length === 0;",
    replace: "return true;",
  },
  {
    name: "bell: a process that may not open another's pipe does not wake it",
    file: `${SOURCES}/systems/linux/pipes.ts`,
    find: "return wakeSockets.wakerAt(inodeIn(place));",
    replace: "return undefined;",
  },
  {
    name: "bell: a ring that ended a blocking sleep is lost to the event loop",
    file: `${SOURCES}/doorbells.ts`,
    find: "      if (sleep !== undefined && Atomics.load(words, address) !== sleep.seen) setImmediate(wakeIfRung);\n",
    replace: "",
  },
  {
    name: "bell: the address of a bell is published from its first word on",
    file: `${SOURCES}/doorbells.ts`,
    find: "for (let n = place.length - 1; n >= 0; n--)",
    replace: "for (let n = 0; n < place.length; n++)",
  },
  {
    name: "bell: a wake-up that was not heard is not tried again before a process blocks",
    file: `${SOURCES}/doorbells.ts`,
    find: "        others.retry();\n",
    replace: "",
  },
  {
    name: "bell: a message is lost where the bell was full",
    file: `${SOURCES}/own-bell.ts`,
    find: "this.#heard >= this.bell.holds || ",
    replace: "",
  },
  {
    name: "memory: a slot is taken for dead where the system does not know",
    file: `${SOURCES}/memory.ts`,
    find: '    if (pid === undefined) throw lastError(runtime, "Heddle cannot ask which of its processes live");\n    return pid;',
    replace: "    return pid ?? 0;",
  },
  {
    name: "memory: a full disk is found by a write to it",
    file: `${SOURCES}/memory.ts`,
    find: "if (!system.setAside(fd, aside, bytes - aside))",
    replace: "if (system.setAside(fd, aside, bytes - aside) === undefined)",
  },
  {
    name: "files: files of processes that live are cleared away",
    file: `${SOURCES}/systems/unlinked-file.ts`,
    find: "!Number.isNaN(owner) && !isAlive(owner)",
    replace: "!Number.isNaN(owner)",
  },
  {
    name: "output: a process writes lines that are not finished",
    file: `${SOURCES}/whole-lines.ts`,
    find: "const end = bytes.lastIndexOf(NEWLINE) + 1;",
    replace: "const end = bytes.length;",
  },
  {
    name: "output: an unfinished line is lost at the end of a process",
    file: `${SOURCES}/whole-lines.ts`,
    find: '  process.on("exit", () => {\n    try {\n      flush();',
    replace: '  process.on("exit", () => {\n    try {',
  },
  {
    name: "output: a full pipe ends the output of a process",
    file: `${SOURCES}/whole-lines.ts`,
    find: "if (errno === EAGAIN) poll(",
    replace: "if (errno === -1) poll(",
  },
  {
    name: "output: a write that fails keeps the lock",
    file: `${SOURCES}/whole-lines.ts`,
    find: "    } finally {\n      unlock(runtime, region, OUTPUT);\n    }",
    replace: "      unlock(runtime, region, OUTPUT);\n    } finally {\n    }",
  },
  {
    name: "handles: those of a message that cannot be put are gone",
    file: `${SOURCES}/handles.ts`,
    find: "    transfers.forEach((transferables, n) =>",
    replace:
      "    for (const handle of taken.flat()) way?.stop(handle);\n    [transfers[0] ?? []].forEach((transferables, n) =>",
  },
  {
    name: "processes: a message is not given where its reader cannot write that it was read",
    file: "packages/process-host/src/mailbox.ts",
    find: "this.#records.tryToSetState(READ, position);",
    replace: "this.#records.setState(READ, position);",
  },
  {
    name: "processes: a signal in time with a child's end hides its exit code",
    file: "packages/process-host/src/native/ended.ts",
    find: "    if (!interrupted(native)) return",
    replace: "    return",
  },
];
