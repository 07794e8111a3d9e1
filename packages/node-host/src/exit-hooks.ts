/**
 * Calls `begin` before the listeners for "exit" of this thread or process, and `end` after the last of them. It does so even if one throws
 * or ends the process. Node has no such place in its list of listeners: those that the program adds come later.
 */
export function aroundExitHooks(end: (exitCode: number) => void, begin: () => void): void {
  const { emit, reallyExit } = process as NodeJS.Process & { reallyExit: (code?: number) => never };
  let isOver = false;
  const endOnce = (exitCode: unknown): void => {
    if (isOver) return;
    isOver = true;
    end(Number(process.exitCode ?? exitCode ?? 0));
  };
  process.emit = ((event: string | symbol, ...args: unknown[]) => {
    if (event !== "exit") return Reflect.apply(emit, process, [event, ...args]);
    begin();
    try {
      return Reflect.apply(emit, process, [event, ...args]);
    } finally {
      endOnce(args[0]);
    }
  }) as typeof process.emit;
  // A listener may end the process at once: nothing comes after that.
  Object.assign(process, {
    reallyExit: (code?: number): never => {
      endOnce(code);
      return Reflect.apply(reallyExit, process, [code]);
    },
  });
}
