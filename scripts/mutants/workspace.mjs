import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../run.mjs";

/** Files of core's tests that take more than a second or two: run after the others. */
const SLOW = ["allocator", "codec", "death-*", "memory", "overflow", "pool-answers", "reference", "schedules*"];
/** Contracts to which a mutant of the kernel may matter, the shorter ones first. */
const CONTRACTS = [
  ...["lock", "rlock", "rwlock", "semaphore", "barrier", "event", "condition", "queue", "named", "memory", "values"],
  ...[
    "errors",
    "shown",
    "leftovers",
    "pool",
    "pool-messages",
    "pool-ending",
    "worker",
    "worker life",
    "cancelling",
    "deadlock",
  ],
];
/** A mutant may hang its tests, which is a way to be noticed. One file takes less than a fifth of this when nothing is broken. */
const FILE_LIMIT_MS = 90_000;
/** One test. It takes longer than its usual limit where copies are tested beside one another, which is nothing to notice. */
const TEST_LIMIT_MS = 80_000;
/** For many of them. */
const SUITE_LIMIT_MS = 900_000;

/**
 * Tests to run. The result says whether all passed, and if not, which one failed: undefined if none did, but the run.
 *
 * @typedef {{ name: string, run: () => Promise<{ isGreen: boolean, by: string | undefined, output: string }> }} Step
 */

/** A copy of the workspace, to break and to test. */
export class Workspace {
  #folder = mkdtempSync(join(tmpdir(), "heddle-mutants-"));
  #core = join(this.#folder, "packages/core");

  constructor() {
    const isWanted = (/** @type {string} */ path) => !/[\\/](\.git|\.nodes|\.reports|\.turbo|coverage)$/.test(path);
    for (const name of ["packages", "scripts", "package.json", "tsconfig.base.json"]) {
      // Links are kept as they are: the packages' links to one another then lead to the copies.
      cpSync(join(root, name), join(this.#folder, name), {
        recursive: true,
        verbatimSymlinks: true,
        filter: isWanted,
      });
    }
    symlinkSync(join(root, "node_modules"), join(this.#folder, "node_modules"));
    process.once("exit", this.remove);
  }

  remove = () => rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5 });

  /**
   * Replaces what stands once, as `check.mjs` has seen, in a file of core's sources. The function that this returns puts it back.
   *
   * @param {string} file
   * @param {string} find
   * @param {string} replacement
   */
  replace(file, find, replacement) {
    const path = join(this.#core, "src", file);
    const source = readFileSync(path, "utf8");
    writeFileSync(path, source.split(find).join(replacement));
    return () => writeFileSync(path, source);
  }

  /**
   * The commands to run, one after the other.
   *
   * @param {string} before who noticed it the last time
   * @returns {Step[]}
   */
  steps(before) {
    const [file] = /test\/[\w.-]+\.test\.ts/.exec(before) ?? [];
    const [, contract] = /^contract `([^`]+)`/.exec(before) ?? [];
    const slow = SLOW.map((name) => `test/${name}.test.ts`);
    return [
      ...(file === undefined ? [] : [this.#vitest(FILE_LIMIT_MS, file)]),
      ...(contract === undefined ? [] : [this.#conformance(FILE_LIMIT_MS, contract)]),
      this.#vitest(SUITE_LIMIT_MS, ...slow.flatMap((pattern) => ["--exclude", pattern])),
      this.#vitest(SUITE_LIMIT_MS, ...SLOW.map((name) => `test/${name.replace("*", "")}`)),
      this.#conformance(SUITE_LIMIT_MS, ...CONTRACTS),
    ];
  }

  /** Core's tests. @param {number} limit @param {readonly string[]} which @returns {Step} */
  #vitest(limit, ...which) {
    const [only] = which.filter((name) => name.endsWith(".test.ts"));
    const vitest = join(root, "node_modules/vitest/vitest.mjs");
    const limits = [`--testTimeout=${TEST_LIMIT_MS}`, `--hookTimeout=${TEST_LIMIT_MS}`];
    const run = async () => {
      const { isGreen, hung, output } = await this.#run(
        limit,
        this.#core,
        vitest,
        "run",
        "--bail=1",
        ...limits,
        ...which,
      );
      const [, failed] = /FAIL\s+(test\/\S+ > .*)/.exec(output) ?? [];
      const all = `core's ${which.length === 1 ? only : "tests"}`;
      const by = failed === undefined ? unnamed(all, hung, output) : `core's ${failed.trim()}`;
      return { isGreen, by, output };
    };
    return { name: `core's tests (${which.join(" ")})`, run };
  }

  /** The conformance suite on Node's threads. @param {number} limit @param {readonly string[]} contracts @returns {Step} */
  #conformance(limit, ...contracts) {
    const run = async () => {
      const unbuilt = await this.#build(limit);
      if (unbuilt !== undefined) return { isGreen: false, by: undefined, output: unbuilt };
      const { isGreen, hung, output } = await this.#run(
        limit,
        join(this.#folder, "packages/node-threads"),
        "--expose-gc",
        join(this.#folder, "packages/conformance/bin/heddle-conformance.js"),
        "./dist/index.js",
        "--bail",
        ...contracts.flatMap((name) => ["--contract", name]),
      );
      const [, contract, failed] = /First failing contract: (.*)\n\n\s*(.*)/.exec(output) ?? [];
      // A line for each contract that has passed.
      const last = contracts.find((name) => !new RegExp(`^${name} +\\d+ passed`, "m").test(output));
      const by =
        contract === undefined
          ? unnamed(`contract \`${last}\``, hung, output)
          : `contract \`${contract}\`: ${failed?.trim()}`;
      return { isGreen, by, output };
    };
    return { name: `contracts (${contracts.join(" ")})`, run };
  }

  /**
   * The exports of core's package.json for runtimes: no declarations, no CommonJS. Gives what was said if it fails. @param {number} limit
   */
  async #build(limit) {
    for (const script of ["node_modules/tsup/dist/cli-default.js", "scripts/whole.mjs"]) {
      const { isGreen, output } = await this.#run(limit, this.#core, join(this.#folder, script));
      if (!isGreen) return output;
    }
    return undefined;
  }

  /**
   * Runs Node, in a group of its own. Processes that it has started and not ended, such as those of tests that hang, are killed with it.
   *
   * @param {number} limit
   * @param {string} cwd
   * @param {readonly string[]} args
   */
  async #run(limit, cwd, ...args) {
    const bin = join(this.#folder, "node_modules/.bin");
    const env = { ...process.env, PATH: `${bin}:${process.env.PATH}`, NO_COLOR: "1" };
    const child = spawn(process.execPath, args, { cwd, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text) => (output += text));
    const closed = once(child, "close");
    const killGroup = () => tryKill(-(child.pid ?? 0));
    let hung = false;
    const timer = setTimeout(() => {
      hung = true;
      killGroup();
    }, limit);
    // On Ctrl+C too: the terminal does not tell other groups than ours. Before the folder is removed.
    process.prependOnceListener("exit", killGroup);
    const [status] = await once(child, "exit");
    clearTimeout(timer);
    killGroup();
    process.off("exit", killGroup);
    await closed;
    return { isGreen: status === 0, hung, output };
  }
}

/** @param {number} group */
function tryKill(group) {
  try {
    process.kill(group, "SIGKILL");
  } catch {
    // Nobody is left in it.
  }
}

/** The message of a module that cannot be loaded: no test has run with it. */
const NOT_LOADED = /ERR_MODULE_NOT_FOUND|Cannot find (?:module|package)|SyntaxError|Transform failed|ERR_PACKAGE_/;

/**
 * The run that noticed a fault, where its output names no failed test: undefined if it never came to a test.
 *
 * @param {string} what the run
 * @param {boolean} hung
 * @param {string} output
 */
function unnamed(what, hung, output) {
  if (hung) return `${what}: hangs`;
  if (NOT_LOADED.test(output)) return undefined;
  return `${what}: ${/^.*\b\w*(?:Error|Death)\b.*$/m.exec(output)?.[0].trim() ?? "ends early"}`;
}
