/**
 * Values of several shapes and sizes, there and back: by a pool of one, by `postMessage` to a bare worker, by two copies of `structuredClone`. All in turn, so that what disturbs one disturbs the others.
 *
 *     node payloads.mjs [part of a name]
 */
import { availableParallelism, cpus } from "node:os";
import { Worker } from "node:worker_threads";
import { Pool } from "@heddle/node-threads";
import Table from "cli-table3";
import { echo } from "./peers/echo.mjs";

const MB = 1 << 20;

/** About so many bytes of JSON. */
const rows = (bytes) =>
  Array.from({ length: Math.ceil(bytes / 95) }, (_, id) => ({
    id,
    name: `user${id}`,
    email: `u${id}@example.com`,
    tags: ["a", "b"],
    score: id / 7,
    isActive: true,
  }));

const payloads = {
  "a number": 1,
  "1 kB of objects": rows(1000),
  "10 kB of objects": rows(10_000),
  "100 kB of objects": rows(100_000),
  "1 MB of objects": rows(1_000_000),
  "1 MB of ASCII": "abcdefghij".repeat(MB / 10),
  "1 M of other characters": "abcdefghiЖ".repeat(MB / 10),
  "1 MB of bytes": new Uint8Array(MB).fill(7),
  "8 MB of bytes": new Uint8Array(8 * MB).fill(7),
};

const [wanted = ""] = process.argv.slice(2);
const pool = new Pool({ size: 1 });
const worker = new Worker(new URL("./peers/echo-port.mjs", import.meta.url));
const post = (value) =>
  new Promise((resolve) => {
    worker.once("message", resolve);
    worker.postMessage(value);
  });
const ways = {
  heddle: (value) => pool.run(echo, value),
  postMessage: post,
  "structuredClone, twice": (value) => structuredClone(structuredClone(value)),
};

/** How long each way took, in ms. */
async function measure(value, rounds) {
  const times = Object.fromEntries(Object.keys(ways).map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const [name, way] of Object.entries(ways)) {
      const start = performance.now();
      await way(value);
      times[name].push(performance.now() - start);
    }
  }
  return times;
}

const median = (numbers) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1];
const table = new Table({
  head: ["there and back (ms)", ...Object.keys(ways), "heddle is"],
  style: { head: [], border: [] },
});
for (const [name, value] of Object.entries(payloads)) {
  if (!name.includes(wanted)) continue;
  const rounds = name.includes(" M") ? 40 : 400;
  await measure(value, rounds / 4);
  const medians = Object.values(await measure(value, rounds)).map(median);
  const [heddle, port] = medians;
  table.push([name, ...medians.map((ms) => ms.toFixed(3)), `${(port / heddle).toFixed(2)} × as fast`]);
}
console.log(`${cpus()[0]?.model.trim()}, ${availableParallelism()} CPUs, Node ${process.version}; medians`);
console.log(table.toString());
await pool.close();
await worker.terminate();
