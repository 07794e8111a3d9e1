import { GeneratedPart, row, table } from "./generated.mjs";
import { developedWith, inMatrix } from "./nodes.mjs";
import { readRecords } from "./records.mjs";

/**
 * The table of docs/compatibility.md: made of the adapters' capabilities, and of the suite's results in the last `npm test` and the lanes
 * after it. `npm run docs:compatibility` writes it; the lanes fail where it is not what it would write.
 *
 * @typedef {import("./records.mjs").Backend} Backend
 * @typedef {import("./records.mjs").Capabilities} Capabilities
 */

const SCOPE = "@heddle/";
const RUNTIMES = ["Node", "Bun", "Deno"];

/**
 * Each capability that an adapter has or lacks: its subject, and the consequence with it and without it. All that are in the table are
 * parallel.
 *
 * @type {Record<Exclude<keyof Capabilities, "kind" | "workerName" | "parallel">, readonly [about: string, having: string, lacking: string]>}
 */
const words = {
  mainMayBlock: ["the main worker may block (`acquireSync`, `getSync` …)", "yes", "no: `MayNotBlockError`"],
  stopsBusyWorkers: [
    "`terminate` stops a worker that is busy",
    "wherever it is",
    "once it awaits or waits for something",
  ],
  endsWhenIdle: ["a worker ends", "once its event loop has nothing left to do", "once its target has settled"],
  isolatedCrashes: ["a crash, or a `kill -9`, of one worker takes the others with it", "no", "yes"],
  resourceLimits: ["`resourceLimits` are", "honoured", "refused: `TypeError`"],
  postsObjects: ["`MessagePort`s, `SharedArrayBuffer`s, streams can be sent to it", "yes", "no: `SendError`"],
  sendsHandles: ["open sockets and servers can be sent to it", "yes", "no: `SendError`"],
};

/** @param {Backend} backend */
const runtimeOf = ({ runtime }) => runtime.split(" ")[0] ?? "";

/** @param {Backend} backend */
function testedOn(backend) {
  const versions = [developedWith, ...Object.values(inMatrix)];
  return runtimeOf(backend) === "Node" ? `Node ${versions.join(", ")}` : backend.runtime;
}

/** Node's first, threads before processes. @param {Backend} a @param {Backend} b */
const inOrder = (a, b) =>
  RUNTIMES.indexOf(runtimeOf(a)) - RUNTIMES.indexOf(runtimeOf(b)) ||
  -a.capabilities.kind.localeCompare(b.capabilities.kind) ||
  a.name.localeCompare(b.name);

/** @param {readonly Backend[]} tested */
export function compatibilityTable(tested) {
  // Tests make backends of their own, too, which nobody can install.
  const backends = tested.filter(({ name }) => name.startsWith(SCOPE)).sort(inOrder);
  const contracts = new Set(backends.flatMap((backend) => backend.contracts));
  /** @param {string} about @param {(backend: Backend) => string} cell */
  const line = (about, cell) => row([about, ...backends.map(cell)]);
  const head = ["", ...backends.map(({ name }) => `\`${name.slice(SCOPE.length)}\``)];
  return table(head, [
    line("a worker is", ({ capabilities: { kind, workerName } }) => `a ${kind}, a \`${workerName}\``),
    ...Object.entries(words).map(([name, [about, having, lacking]]) =>
      line(about, ({ capabilities }) => (Reflect.get(capabilities, name) ? having : lacking)),
    ),
    line("tested on", testedOn),
    line("contracts of the conformance suite that it keeps", ({ kept }) => `${kept.length} of ${contracts.size}`),
  ]);
}

const part = new GeneratedPart("docs/compatibility.md", "compatibility");

/** What is wrong in the table of docs/compatibility.md, by the last tests: empty if nothing is. */
export const difference = () => part.difference(compatibilityTable(readRecords()));

/** Puts the table that the last tests make into docs/compatibility.md. */
export const writeTable = () => part.write(compatibilityTable(readRecords()));
