import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import type { Surface } from "@heddle/core";
import { findCollector } from "./collect-garbage.js";
import { conformance, contracts } from "./index.js";
import { type Outcome, Runner } from "./runner.js";

/** The name of several workers, by their kind. */
const WORKERS = { thread: "threads", process: "processes" } as const;

const USAGE = `Usage: heddle-conformance <adapter> [--contract <name>]... [--bail] [--list]

Runs the conformance suite against an adapter: a package's name, or a path from here.

  --contract <name>  run this contract only; may be given several times
  --bail             stop after the first failing test
  --list             print the names of the contracts
  --help             print this`;

interface Failure extends Outcome {
  readonly contract: string;
}

/** The adapter's module: a file from here, or a package as a module in this folder would import it. */
async function importAdapter(adapter: string): Promise<Surface> {
  if (existsSync(adapter)) return import(pathToFileURL(resolve(adapter)).href);
  let path: string;
  try {
    path = createRequire(resolve("from-here.js")).resolve(adapter);
  } catch {
    return import(adapter);
  }
  return import(pathToFileURL(path).href);
}

/** Runs contract by contract and prints a line for each; gives the failures. */
async function runContracts(adapter: Surface, names: readonly string[], bail: boolean): Promise<Failure[]> {
  const runner = new Runner();
  for (const event of ["uncaughtException", "unhandledRejection"] as const) {
    process.on(event, (error) => {
      if (runner.failCurrent(error)) return;
      console.error(error);
      process.exit(1);
    });
  }
  const { describe, it } = runner;
  const { capabilities } = adapter.adapter;
  if (findCollector() === undefined) console.log("No way to collect garbage here: objects left over go unnoticed.");
  const failures: Failure[] = [];
  const width = Math.max(...names.map((name) => name.length));
  for (const contract of names) {
    conformance({ describe, it, adapter, capabilities }, [contract]);
    let passed = 0;
    let failed = 0;
    for await (const outcome of runner.run()) {
      if (outcome.failure === undefined) passed++;
      else {
        failed++;
        failures.push({ ...outcome, contract });
        if (bail) break;
      }
    }
    console.log(`${contract.padEnd(width)}  ${passed} passed${failed === 0 ? "" : `, ${failed} failed`}`);
    if (bail && failed > 0) break;
  }
  return failures;
}

function reportFailures(failures: readonly Failure[]): void {
  const [first] = failures;
  if (first?.failure === undefined) return;
  const { error } = first.failure;
  console.log(`\nFirst failing contract: ${first.contract}\n`);
  console.log(`  ${first.name}\n`);
  console.log(error instanceof Error ? (error.stack ?? String(error)) : String(error));
  const others = failures.slice(1);
  if (others.length > 0) console.log(`\nAlso failed:\n${others.map(({ name }) => `  ${name}`).join("\n")}`);
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      contract: { type: "string", multiple: true },
      bail: { type: "boolean", default: false },
      list: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help || values.list) {
    console.log(values.help ? USAGE : Object.keys(contracts).join("\n"));
    return 0;
  }
  const [name, ...others] = positionals;
  const unknown = values.contract?.find((contract) => !(contract in contracts));
  if (unknown !== undefined) throw new TypeError(`There is no contract "${unknown}": see --list`);
  if (name === undefined || others.length > 0) throw new TypeError("One adapter, please: see --help");
  const adapter = await importAdapter(name);
  console.log(`${name} is ${adapter.adapter.name}: ${WORKERS[adapter.adapter.capabilities.kind]}\n`);
  const failures = await runContracts(adapter, values.contract ?? Object.keys(contracts), values.bail);
  reportFailures(failures);
  return failures.length === 0 ? 0 : 1;
}

// A test that hung may have left workers that never end: so the program is ended, and does not just end.
main().then(
  (exitCode) => process.exit(exitCode),
  (error: unknown) => {
    console.error(error instanceof TypeError ? error.message : error);
    process.exit(1);
  },
);
