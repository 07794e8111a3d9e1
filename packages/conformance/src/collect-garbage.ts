type Collector = () => void;

/** How to collect all garbage on this runtime; undefined where there is no way. */
export function findCollector(): Collector | undefined {
  return collectorOfBun() ?? globalThis.gc ?? exposedByV8();
}

/**
 * JavaScriptCore takes whatever lies on the stack, or in the buffers of compiled functions, for a reference, and calls long
 * returned have left theirs there. Shrinking throws what was compiled away, and collects once more with an empty stack.
 */
function collectorOfBun(): Collector | undefined {
  const { Bun } = globalThis as { Bun?: { gc(isSync: boolean): void; shrink(): void } };
  if (Bun === undefined) return undefined;
  return () => {
    Bun.gc(true);
    Bun.shrink();
  };
}

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
