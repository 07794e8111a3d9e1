/**
 * The cost of sending a value, apart from the way: Heddle's codec beside `structuredClone` and `v8.serialize`, there and back. With
 * `--beside`, another checkout of Heddle, built, is measured in the same rounds.
 *
 *     node codec.mjs [--rounds 9] [--beside ../../heddle-before]
 */
import { availableParallelism, cpus } from "node:os";
import { resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { deserialize, serialize } from "node:v8";
import Table from "cli-table3";
import { build } from "esbuild";

/** How long each is measured in a round, and a batch of calls in that. */
const ROUND_MS = 60;
const BATCH_MS = 0.5;

const { values: options } = parseArgs({
  options: { rounds: { type: "string", default: "9" }, beside: { type: "string" } },
});

const list = (make) => Array.from({ length: 100 }, (_, i) => make(i));
const person = (i) => ({ id: i, name: `Ada ${i}`, isAdmin: i % 2 === 0, tags: ["a", "b"] });
const records = (count, make) => Array.from({ length: count }, (_, i) => make(i));
const user = (i) => ({ ...person(i), email: `u${i}@example.com`, score: i / 7 });
const point = (i) => ({ x: i / 3, y: i / 7, z: i / 11 });
const sale = (i) => ({ id: i, item: i * 3, count: i % 7, isPaid: i % 2 === 0 });
const address = (i) => ({ street: `Street ${i}`, town: `Town ${i}`, note: `to be left at number ${i}` });
const failure = () => Object.assign(new TypeError("no such row", { cause: new Error("closed") }), { code: "ROW" });

const values = {
  "a small number": 42,
  "a few primitives": [1, "two", true, null],
  "a record of 1 kB": { id: 1, name: "Ada", tags: ["a", "b", "c".repeat(900)] },
  "100 records": list(person),
  "10 kB of users": records(106, user),
  "1 MB of users": records(10_600, user),
  "1,000 records of fractions": records(1000, point),
  "1,000 records of integers": records(1000, sale),
  "1,000 records of texts": records(1000, address),
  "an array of 1,000 numbers": Array.from({ length: 1000 }, (_, i) => i / 3),
  "1 kB of bytes": new Uint8Array(1024),
  "a Map of 100": new Map(list((i) => [`key ${i}`, i])),
  "a Map of 100 records": new Map(list((i) => [i, person(i)])),
  "a Set of 100": new Set(list((i) => `item ${i}`)),
  "a Date": new Date(0),
  "100 Dates": list((i) => new Date(i)),
  "100 records with a Date each": list((i) => ({ ...person(i), born: new Date(i) })),
  "an error": failure(),
  "100 errors": list(failure),
};

/** No Heddle object is among what is sent. */
const host = {
  isShared: () => false,
  sharedOf: () => undefined,
  isRegion: () => false,
  nameOfTask: () => undefined,
};

/** The codec of a checkout, which is no part of what is published. */
async function codecOf(name, checkout) {
  const outfile = fileURLToPath(new URL(`./results/codec-${name}.mjs`, import.meta.url));
  await build({
    entryPoints: [resolve(checkout, "packages/core/src/kernel/message/index.ts")],
    bundle: true,
    outfile,
    format: "esm",
    platform: "node",
    target: "node20",
  });
  const { pack, unpack } = await import(pathToFileURL(outfile).href);
  return (value) => {
    const { text, blobs } = pack(host, value, { root: "value" });
    return unpack(host, { body: JSON.parse(text), blobs, bundle: undefined });
  };
}

const median = (numbers) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1];

/** Microseconds that one call takes: the median of batches, of which the system may interrupt some. */
function measure(copy, value) {
  const begun = performance.now();
  const batches = [];
  let calls = 1;
  for (;;) {
    const start = performance.now();
    for (let i = 0; i < calls; i++) copy(value);
    const end = performance.now();
    if (end - start < BATCH_MS) calls *= 2;
    else batches.push(((end - start) / calls) * 1000);
    if (end - begun > ROUND_MS && batches.length > 0) return median(batches);
  }
}

const here = fileURLToPath(new URL("..", import.meta.url));
const ways = {
  heddle: await codecOf("heddle", here),
  ...(options.beside === undefined ? {} : { beside: await codecOf("beside", options.beside) }),
  structuredClone,
  "v8.serialize": (value) => deserialize(serialize(value)),
};
const names = Object.keys(ways);
const times = Object.fromEntries(
  Object.keys(values).map((kind) => [kind, Object.fromEntries(names.map((n) => [n, []]))]),
);

for (let round = 0; round <= Number(options.rounds); round++) {
  for (const [kind, value] of Object.entries(values)) {
    // The first of one round comes later in the next.
    for (const name of names.map((_, i) => names[(i + round) % names.length])) {
      const micros = measure(ways[name], value);
      // The first round warms up.
      if (round > 0) times[kind][name].push(micros);
    }
  }
}

const machine = `${cpus()[0]?.model.trim()}, ${availableParallelism()} CPUs, Node ${process.version}`;
console.log(`${machine}; µs there and back, ${options.rounds} rounds, medians (as many times what heddle takes)`);
const table = new Table({ head: ["value", ...names], style: { head: [], border: [] } });
for (const kind of Object.keys(values)) {
  const medians = names.map((name) => median(times[kind][name]));
  const cell = (micros, i) =>
    i === 0 ? micros.toFixed(2) : `${micros.toFixed(2)} (${(micros / medians[0]).toFixed(2)} ×)`;
  table.push([kind, ...medians.map((micros, i) => ({ content: cell(micros, i), hAlign: "right" }))]);
}
console.log(table.toString());
