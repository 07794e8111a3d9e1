/** Does the deed that is its name, once it has been sent two shared words and a port. */
interface Given {
  readonly words: Int32Array;
  readonly port: MessagePort;
}

const scope = globalThis as unknown as { name: string; close(): void };

const deeds: Record<string, (given: Given) => unknown> = {
  nothing: () => {},
  close: () => scope.close(),
  throw: () => {
    throw new RangeError("thrown");
  },
  spin: ({ words }) => {
    for (;;) Atomics.add(words, 0, 1);
  },
  block: ({ words }) => {
    for (;;) {
      Atomics.add(words, 0, 1);
      Atomics.wait(words, 1, 0, 1);
    }
  },
  importExit: async ({ port }) => {
    await import("./exits.ts");
    port.postMessage("it goes on");
  },
};

globalThis.addEventListener("message", ({ data }: MessageEvent<Given>) => deeds[scope.name]?.(data));
