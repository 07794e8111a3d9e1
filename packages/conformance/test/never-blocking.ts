import { type ConformanceOptions, conformance } from "@heddle/conformance";
import { type Adapter, createBackend } from "@heddle/core";

/** The contracts in which something blocks. */
const CONTRACTS = ["capabilities", "lock", "semaphore", "event", "condition", "queue", "worker", "task"];

interface Options extends Pick<ConformanceOptions, "describe" | "it"> {
  readonly backend: Adapter;
  /** Of the module that its workers begin with: the adapter as it is built. */
  readonly url: string;
  /** Those to test, of those in which something blocks; all by default. */
  readonly contractsOf?: (all: readonly string[]) => readonly string[];
}

/**
 * Declares the tests of a main worker that may not block, as a browser's may not, by way of a backend whose main worker may. With another
 * name, it says that it may not, and the opposite tests run.
 */
export function testNeverBlocking({ describe, it, backend, url, contractsOf = (all) => all }: Options): void {
  const capabilities = Object.freeze({ ...backend.capabilities, mainMayBlock: false });
  const surface = createBackend({ ...backend, name: "never-blocking", url, capabilities });
  const adapter = Object.assign(surface, { [capabilities.workerName]: surface.Worker });
  describe("an adapter whose main worker may not block", () => {
    conformance({ describe, it, adapter, capabilities }, contractsOf(CONTRACTS));
  });
}
