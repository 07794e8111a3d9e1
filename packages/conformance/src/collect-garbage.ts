type Collector = () => void;

/** How to collect all garbage on this runtime; undefined where there is no way. */
export function findCollector(): Collector | undefined {
  const { Bun } = globalThis as { Bun?: { gc(isSync: boolean): void } };
  if (Bun !== undefined) return fromEverywhere(() => Bun.gc(true));
  return globalThis.gc ?? exposedByV8();
}

/**
 * JavaScriptCore takes whatever lies on the stack for a reference, and calls long returned have left theirs there. So collects
 * again and again, from other places of the event loop, over a stack that was written over.
 */
function fromEverywhere(collect: Collector): Collector {
  const collectCleanly = (): void => {
    writeOverStack(1000);
    collect();
  };
  return () => {
    collectCleanly();
    queueMicrotask(collectCleanly);
    process.nextTick(collectCleanly);
    setImmediate(collectCleanly);
    setTimeout(collectCleanly, 0);
  };
}

const writeOverStack = (depth: number): number => (depth === 0 ? 0 : 1 + writeOverStack(depth - 1));

/** As if the program had been started with `--expose-gc`, which a command's user cannot be asked to do. */
function exposedByV8(): Collector | undefined {
  try {
    // Not imported: there are runtimes without these modules.
    const { setFlagsFromString } = process.getBuiltinModule("node:v8");
    const { runInNewContext } = process.getBuiltinModule("node:vm");
    setFlagsFromString("--expose-gc");
    const gc: unknown = runInNewContext("gc");
    return typeof gc === "function" ? () => gc() : undefined;
  } catch {
    return undefined;
  }
}
