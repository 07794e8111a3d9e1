import { once } from "node:events";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import type { Machine, ServeOptions } from "./pool/machine.js";

const HELP = `heddle worker MODULE ...   runs the tasks of these modules for pools of other programs

  --url URL           the server, such as redis://localhost:6379; default: the environment variable HEDDLE_URL; with --cluster or
                      --sentinel some of the nodes, with commas
  --cluster           the nodes are those of Redis Cluster
  --sentinel NAME     the nodes are sentinels, which know the server by that name
  --namespace NAME    default: heddle
  --queues A,B        the queues of pools, those that come first first; default: default
  --size N            how many workers; default: as many as there are processors
  --concurrency N     how many tasks one worker runs at the same time; default: 1
  --processes         processes instead of threads
  --release VERSION   the version of the tasks; default: that in the package.json of their package
  --lease MS          after how many milliseconds without a sign of life the machine counts as dead; default: 10000
  --store MODULE      a module whose default export is the store for large values: { put, get, remove }
  --name NAME         in stacks of errors; default: the host's name and the process's number

SIGTERM or SIGINT: takes no more tasks, and ends once those that run have ended. A second one ends at once.`;

const OPTIONS = {
  url: { type: "string" },
  cluster: { type: "boolean" },
  sentinel: { type: "string" },
  namespace: { type: "string" },
  queues: { type: "string" },
  size: { type: "string" },
  concurrency: { type: "string" },
  processes: { type: "boolean" },
  release: { type: "string" },
  lease: { type: "string" },
  store: { type: "string" },
  name: { type: "string" },
  help: { type: "boolean", short: "h" },
} as const;

/** The options of `serve` that the arguments say; undefined if they ask for help. */
async function optionsOf(args: readonly string[]): Promise<ServeOptions | undefined> {
  const { values, positionals } = parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  const [verb, ...modules] = positionals;
  const { HEDDLE_URL } = process.env;
  const { help, url = HEDDLE_URL, size, concurrency, lease, queues, store, ...others } = values;
  if (help === true) return undefined;
  if (verb !== "worker")
    throw new TypeError(`The command is "heddle worker", not "${["heddle", ...positionals].join(" ")}"`);
  if (url === undefined) throw new TypeError("Give the server by --url or by the environment variable HEDDLE_URL");
  return {
    ...others,
    url: url.split(","),
    modules,
    queues: queues?.split(","),
    size: numberOf(size),
    concurrency: numberOf(concurrency),
    lease: numberOf(lease),
    store: store === undefined ? undefined : (await import(pathToFileURL(resolve(store)).href)).default,
  };
}

const numberOf = (text: string | undefined): number | undefined => (text === undefined ? undefined : Number(text));

/** Stops the machine at the first signal, and ends it at once at the second. Gives the exit code. */
async function untilStopped(machine: Machine): Promise<number> {
  const signal = await nextSignal();
  console.log(`heddle worker: ${signal}: no more tasks are taken`);
  const again = nextSignal().then(async () => {
    await machine.terminate();
    return 1;
  });
  return await Promise.race([machine.stop().then(() => 0), again]);
}

async function nextSignal(): Promise<string> {
  const heard = new AbortController();
  try {
    const signals = ["SIGTERM", "SIGINT"].map((name) => once(process, name, { signal: heard.signal }).then(() => name));
    for (const signal of signals) signal.catch(() => {});
    return await Promise.race(signals);
  } finally {
    heard.abort();
  }
}

async function main(): Promise<number> {
  let options: ServeOptions | undefined;
  try {
    options = await optionsOf(process.argv.slice(2));
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${HELP}`);
    return 2;
  }
  if (options === undefined) {
    console.log(HELP);
    return 0;
  }
  try {
    const { serve } = await import("./pool/machine.js");
    const machine = await serve(options);
    const stopped = untilStopped(machine);
    console.log(`heddle worker: ${machine.name} serves ${machine.modules.join(", ")}: ${machine.places} at once`);
    return await stopped;
  } catch (error) {
    console.error(`heddle worker: ${(error as Error).message}`);
    return 1;
  }
}

void main().then((code) => {
  process.exitCode = code;
});
