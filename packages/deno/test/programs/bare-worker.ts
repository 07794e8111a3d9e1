/** Loads as much code as a worker of Heddle's, whose size Deno's own leak depends on, and uses none of it. */
import "@heddle/core";
import "node:async_hooks";
import "node:worker_threads";

const scope = globalThis as unknown as { close(): void };

globalThis.addEventListener("message", ({ data: { numbers, port } }) => {
  port.postMessage(numbers.map((n: number) => n + 1));
  for (;;) scope.close();
});
