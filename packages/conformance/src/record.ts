import { appendFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Capabilities } from "@heddle/core";
import type { ConformanceOptions } from "./suite.js";

/**
 * The lines that a run leaves in the folder HEDDLE_RECORD, for tables of adapters. There is a file for each adapter, of such a line for each
 * contract ...
 *
 * @example
 * ```ts
 * import { readFileSync } from "node:fs";
 * import type { RecordedContract } from "@heddle/conformance";
 *
 * const [line = ""] = readFileSync("record/adapter.jsonl", "utf8").split("\n");
 * export const first: RecordedContract = JSON.parse(line);
 * ```
 */
export interface RecordedContract {
  readonly contract: string;
  readonly adapter: string;
  readonly capabilities: Capabilities;
  /** The runtime of the run, such as `Bun 1.4.5`. */
  readonly runtime: string;
}

/**
 * ... and of two for each of its tests. One that does not pass, for whatever reason, never says that it has.
 *
 * @example
 * ```ts
 * import type { RecordedTest } from "@heddle/conformance";
 *
 * export const passed = (tests: readonly RecordedTest[]): number => tests.filter(({ test }) => test === "passed").length;
 * ```
 */
export interface RecordedTest {
  readonly contract: string;
  readonly test: "declared" | "passed";
}

/** The same options, but every test is recorded as one of that contract, if HEDDLE_RECORD asks for it. */
export function recorded(options: ConformanceOptions, contract: string): ConformanceOptions {
  const folder = process.env.HEDDLE_RECORD;
  if (folder === undefined || folder === "") return options;
  const adapter = options.adapter.adapter.name;
  const file = join(folder, `${encodeURIComponent(adapter)}.jsonl`);
  const write = (line: RecordedContract | RecordedTest): void => appendFileSync(file, `${JSON.stringify(line)}\n`);
  mkdirSync(folder, { recursive: true });
  write({ contract, adapter, capabilities: options.capabilities, runtime: runtime() });
  return {
    ...options,
    it(name, body, timeout) {
      write({ contract, test: "declared" });
      const test = async (): Promise<void> => {
        await body();
        write({ contract, test: "passed" });
      };
      options.it(name, test, timeout);
    },
  };
}

/** Runtimes that pass for Node say who they are, too. */
function runtime(): string {
  const { bun, deno, node } = process.versions;
  if (bun !== undefined) return `Bun ${bun}`;
  return deno === undefined ? `Node ${node}` : `Deno ${deno}`;
}
