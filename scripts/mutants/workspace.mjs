import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../run.mjs";
import { runners } from "../runners.mjs";
import { sourceOf } from "./list.mjs";

/** Files of core's tests that take more than a second or two: run after the others. */
const SLOW = ["allocator", "codec", "death-*", "memory", "overflow", "pool-answers", "reference", "schedules*"];
/** Contracts to which a mutant may matter, the shorter ones first. */
const CONTRACTS = [
  ...["lock", "rlock", "rwlock", "semaphore", "barrier", "event", "condition", "queue", "named", "memory", "values"],
  ...[
    "errors",
    "shown",
    "leftovers",
    "pool",
    "pool-messages",
    "pool-ending",
    "pool-retries",
    "pool-steering",
    "worker",
    "worker life",
    "cancelling",
  ],
  "deadlock",
];
/**
 * The packages that are built, in this order, before tests that load a package's `dist`. The last one runs the contracts.
 *
 * @type {Record<string, readonly string[]>}
 */
const BUILT = {
  core: ["core", "node-threads"],
  "node-host": ["node-host", "node-threads"],
  "node-threads": ["node-threads"],
  "process-host": ["process-host", "node-processes"],
  "node-processes": ["node-processes"],
  bun: ["bun"],
  deno: ["deno"],
};
/** Packages whose own tests load their sources. */
const FROM_SOURCE = ["core", "node-host", "process-host"];
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
   * Replaces a text that a source has once, as `check.mjs` has seen. The function that this returns puts it back.
   *
   * @param {string} file as a mutant has it
   * @param {string} find
   * @param {string} replacement
   */
  replace(file, find, replacement) {
    const path = join(this.#folder, sourceOf(file));
    const source = readFileSync(path, "utf8");
    writeFileSync(path, source.split(find).join(replacement));
    return () => writeFileSync(path, source);
  }

  /**
   * The commands to run, one after the other.
   *
   * @param {string} file as a mutant has it
   * @param {string} before the test that noticed it the last time
   * @returns {Step[]}
   */
  steps(file, before) {
    const [, home = ""] = /^packages\/([^/]+)/.exec(sourceOf(file)) ?? [];
    const [, owner = "", test] = /^([\w-]+)'s (test\/[\w.-]+\.test\.ts)/.exec(before) ?? [];
    const [, contract] = /^contract `([^`]+)`/.exec(before) ?? [];
    const slow = home === "core" ? SLOW.map((name) => `test/${name}.test.ts`) : [];
    return [
      ...(test === undefined ? [] : [this.#tests(owner, FILE_LIMIT_MS, test)]),
      ...(contract === undefined ? [] : [this.#conformance(home, FILE_LIMIT_MS, contract)]),
      this.#tests(home, SUITE_LIMIT_MS, ...slow.flatMap((pattern) => ["--exclude", pattern])),
      ...(slow.length === 0
        ? []
        : [this.#tests(home, SUITE_LIMIT_MS, ...slow.map((name) => name.replace(/\*?\..*/, "")))]),
      this.#conformance(home, SUITE_LIMIT_MS, ...CONTRACTS),
    ];
  }

  /** Tests of a package. @param {string} home @param {number} limit @param {readonly string[]} which @returns {Step} */
  #tests(home, limit, ...which) {
    const [only] = which.filter((name) => name.endsWith(".test.ts"));
    const all = `${home}'s ${which.length === 1 ? only : "tests"}`;
    const folder = join(this.#folder, "packages", home);
    const vitest = join(root, "node_modules/vitest/vitest.mjs");
    const limits = [`--testTimeout=${TEST_LIMIT_MS}`, `--hookTimeout=${TEST_LIMIT_MS}`];
    const isByVitest = runners[home] === undefined;
    const command = isByVitest
      ? [vitest, "run", "--bail=1", ...limits]
      : [join(this.#folder, "scripts/test-in.mjs"), home];
    const test = async () => {
      const { isGreen, hung, output } = await this.#run(limit, folder, ...command, ...which);
      const failed = isByVitest ? /FAIL\s+(test\/\S+ > .*)/.exec(output)?.[1]?.trim() : this.#failureIn(home, only);
      const by = failed === undefined ? unnamed(all, hung, output) : `${home}'s ${failed}`;
      return { isGreen, by, output };
    };
    const run = () => (FROM_SOURCE.includes(home) ? test() : this.#built(home, limit, test));
    return { name: `${home}'s tests (${which.join(" ")})`, run };
  }

  /**
   * The first failure that a runtime's own runner has reported, as vitest would write it. Deno's names the file that calls `Deno.test`,
   * which is not the test's.
   *
   * @param {string} home
   * @param {string | undefined} only the file that was run, if it was one
   */
  #failureIn(home, only) {
    const report = join(this.#folder, `.reports/packages-${home}.json`);
    const [failure] = existsSync(report) ? JSON.parse(readFileSync(report, "utf8")).failures : [];
    const [, file, name] = /^packages\/[^/]+\/(test\/\S+): (.*)$/.exec(failure ?? "") ?? [];
    return file === undefined ? undefined : `${only ?? file} > ${name}`;
  }

  /** The conformance suite. @param {string} home the package of the mutant @param {number} limit @param {readonly string[]} contracts @returns {Step} */
  #conformance(home, limit, ...contracts) {
    const loaded = BUILT[home]?.at(-1) ?? "";
    const test = async () => {
      const { isGreen, hung, output } = await this.#run(
        limit,
        join(this.#folder, "packages", loaded),
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
    return { name: `contracts on ${loaded} (${contracts.join(" ")})`, run: () => this.#built(home, limit, test) };
  }

  /**
   * Runs tests that load `dist`: it is built for them, for runtimes alone (no declarations, no CommonJS), and is afterwards as it was.
   *
   * @param {string} home the package of the mutant
   * @param {number} limit
   * @param {() => ReturnType<Step["run"]>} test
   * @returns {ReturnType<Step["run"]>}
   */
  async #built(home, limit, test) {
    const folders = (BUILT[home] ?? []).map((name) => join(this.#folder, "packages", name));
    for (const folder of folders) cpSync(join(folder, "dist"), join(folder, "dist.kept"), { recursive: true });
    try {
      for (const folder of folders) {
        const scripts = ["node_modules/tsup/dist/cli-default.js"];
        if (folder === this.#core) scripts.push("scripts/whole.mjs");
        for (const script of scripts) {
          const { isGreen, output } = await this.#run(limit, folder, join(this.#folder, script));
          if (!isGreen) return { isGreen, by: undefined, output };
        }
      }
      return await test();
    } finally {
      for (const folder of folders) {
        rmSync(join(folder, "dist"), { recursive: true });
        renameSync(join(folder, "dist.kept"), join(folder, "dist"));
      }
    }
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
