import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { root } from "../run.mjs";

/**
 * The export `fixture` of `toolchains/fixtures/NAME/fixture.mjs`: a tool, and the set-ups in which it is tried. Other files beside it are
 * copied to where each of its cases runs.
 *
 * @typedef {object} Fixture
 * @property {"launchers" | "bundlers" | "frameworks" | "loaders" | "test runners"} kind the section of docs/toolchains.md
 * @property {string} [tools] the folder in `toolchains/tools` whose packages are installed. Default: `kind`, with `-` for blanks
 * @property {string} title
 * @property {string} [filesOf] another fixture, whose files are copied before its own
 * @property {readonly string[]} packages whose versions the table shows, beside that of the runtime
 * @property {Runtime} [runtime] Default: Node
 * @property {readonly Case[]} cases
 *
 * @typedef {"node" | "bun" | "deno"} Runtime
 *
 * @typedef {object} Case
 * @property {Runtime} [runtime] that runs the program, if it is another than the fixture's
 * @property {22 | 24 | 26} [node] the Node that runs the program, of those that the tools have as `node22` and so on. Default: this one
 * @property {string} title unique among the fixture's
 * @property {string} [program] the folder in `toolchains/programs` that is copied to `src`
 * @property {Record<string, string>} [files] more files, by their path, written last
 * @property {readonly string[]} [build] shell commands, run before, each of which has to succeed
 * @property {string} run the shell command that is judged. The tools of the set are on its PATH
 * @property {Record<string, string>} [env]
 * @property {string | RegExp} [output] what it has to print to its standard output, less blanks at the ends. Default: OUTPUT
 * @property {number} [seconds] that each command may take. Default: 90
 * @property {string} [line] makes the verdict "works with one line": that line, in Markdown, for the table
 * @property {Partial<Pick<Case, "files" | "build" | "run" | "env">> & { message: RegExp }} [without] what differs without the line,
 *   and what one is told then
 * @property {RegExp} [refused] makes the verdict "refused": the message, which names the remedy
 * @property {string} [remedy] where the message is not Heddle's: what to do, in Markdown, for the table
 */

/** The output of every program in `toolchains/programs`. */
export const OUTPUT = "squares [ 9, 16, 25 ]\ndouble 42";

/** The output of `toolchains/programs/errors` where each error begins at the program's own line, in that file. @param {string} file */
export const beginningsIn = (file) =>
  ["waits", "blocks", "sends", "refuses", "runs"].map((name) => `${name}: ${name}, ${file}`).join("\n");

/** The output of `toolchains/programs/typescript-errors` where a worker's errors name the lines of the source. */
export const SOURCE_LINES = "RangeError tasks.ts:11\nTypeError tasks.ts:18";

export const toolchains = join(root, "toolchains");

/** Every fixture, in the order of their names. @returns {Promise<(Fixture & { name: string })[]>} */
export async function readFixtures() {
  const folder = join(toolchains, "fixtures");
  const names = readdirSync(folder).sort();
  return Promise.all(
    names.map(async (name) => {
      const { fixture } = await import(pathToFileURL(join(folder, name, "fixture.mjs")).href);
      return { ...fixture, name };
    }),
  );
}

/** The name of the package with a Node, among the tools. @param {22 | 24 | 26} major */
export const nodePackage = (major) => `node${major}`;

/** The folder in `toolchains/tools` that a fixture needs. @param {Fixture} fixture */
export const toolsOf = ({ kind, tools }) => tools ?? kind.replaceAll(" ", "-");

/** @param {Case} one @returns {"works" | "works with one line" | "refused"} */
export function verdictOf({ line, refused }) {
  if (refused !== undefined) return "refused";
  return line === undefined ? "works" : "works with one line";
}

/**
 * The command that starts a server, and prints what it answers.
 *
 * @param {string | readonly string[]} paths of the URLs
 * @param {string} server its file, and its arguments
 * @param {{ deployed?: string, edit?: string }} [options] the folder that is deployed: then the file is within it; or a shell command that
 *   changes the program meanwhile, after which the answers have to be others
 */
export const request = (paths, server, { deployed, edit } = {}) =>
  [
    `node ${fileURLToPath(new URL("request.mjs", import.meta.url))}`,
    ...(deployed === undefined ? [] : [`--deployed ${deployed}`]),
    ...(edit === undefined ? [] : [`--edit '${edit}'`]),
    ...[paths].flat().map((path) => `--path ${path}`),
    `-- ${server}`,
  ].join(" ");
