import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { nodePackage, OUTPUT, toolchains } from "./fixture.mjs";

/**
 * @typedef {import("./fixture.mjs").Fixture} Fixture
 * @typedef {import("./fixture.mjs").Case} Case
 */

const SECONDS = 90;

/**
 * The variables left out of a case's environment: those of a test runner, a package manager or a CI service around this. Under `CI`, tools
 * change their ways: tsdown fails where it else warns of packages that it bundles.
 */
const NOT_OURS = /^(CI$|npm_|NODE_OPTIONS$|NODE_ENV$|VITEST|HEDDLE_)/;

/**
 * Why a case is not as its fixture says; undefined if it is.
 *
 * @param {Fixture & { name: string }} fixture
 * @param {Case} one
 * @param {string} folder where its tools are installed
 */
export function whatIsWrong(fixture, one, folder) {
  const { without, refused, output = OUTPUT, ...withLine } = one;
  if (refused !== undefined) return isRefused(attempt(fixture, one, folder), refused);
  const { failed, status, stdout, text } = attempt(fixture, withLine, folder);
  const printed = stdout.trim();
  const isRight = typeof output === "string" ? printed === output : output.test(printed);
  if (failed) return text;
  if (status !== 0) return `ended with ${status}\n${text}`;
  if (!isRight) return `printed something else than ${output}\n${text}`;
  if (without === undefined) return one.line === undefined ? undefined : "nothing says what is met without the line";
  const { message, ...difference } = without;
  return isRefused(attempt(fixture, { ...withLine, ...difference }, folder), message);
}

/** @param {ReturnType<typeof attempt>} result @param {RegExp} message */
function isRefused({ failed, status, text }, message) {
  if (failed) return text;
  if (status === 0) return `is silent: ended with 0, where it had to fail with ${message}\n${text}`;
  return message.test(text) ? undefined : `failed without saying ${message}\n${text}`;
}

/**
 * Builds and runs a case in a folder of its own, beside the tools. `failed` if it could not be built, or did not end.
 *
 * @param {Fixture & { name: string }} fixture
 * @param {Case} one
 * @param {string} tools
 */
function attempt(fixture, one, tools) {
  const { program, files = {}, build = [], run, env, node, seconds = SECONDS } = one;
  const folder = join(tools, "case");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  // In place of looking further up, as frameworks take the folder with node_modules for the project's root.
  symlinkSync("../node_modules", join(folder, "node_modules"));
  if (program !== undefined) cpSync(join(toolchains, "programs", program), join(folder, "src"), { recursive: true });
  for (const name of [fixture.filesOf ?? [], fixture.name].flat()) {
    cpSync(join(toolchains, "fixtures", name), folder, {
      recursive: true,
      filter: (path) => !path.endsWith("fixture.mjs"),
    });
  }
  if (!existsSync(join(folder, "package.json")))
    writeFileSync(join(folder, "package.json"), '{ "private": true, "type": "module" }\n');
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const nodes = node === undefined ? [] : [join(tools, "node_modules", nodePackage(node), "bin")];
  /** @param {string} command */
  const shell = (command) => {
    const ended = spawnSync("timeout", ["-k", "5", String(seconds), "bash", "-c", command], {
      cwd: folder,
      env: {
        ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !NOT_OURS.test(name))),
        ...env,
        // Tools may bring a Node of their own.
        PATH: [...nodes, join(tools, "bin"), join(tools, "node_modules/.bin"), process.env.PATH].join(delimiter),
      },
      encoding: "utf8",
      maxBuffer: 1 << 26,
    });
    const text = `$ ${command}\n${ended.stdout}${ended.stderr}`;
    return { failed: ended.status === 124, status: ended.status, stdout: ended.stdout, text };
  };
  for (const command of build) {
    const built = shell(command);
    if (built.status !== 0) return { ...built, failed: true, text: `could not be built\n${built.text}` };
  }
  const ended = shell(run);
  return ended.failed ? { ...ended, text: `did not end within ${seconds} s\n${ended.text}` } : ended;
}
