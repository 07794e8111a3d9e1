// @ts-check
/** Modules of tasks that are changed and evaluated again, while a pool runs whose worker has the old ones. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const backend = process.argv[2] ?? "heddle";
/** @type {typeof import("heddle")} */
const { Event, Pool } = await import(backend);
const require = createRequire(import.meta.url);
const folder = await mkdtemp(join(tmpdir(), "heddle-reloaded-"));

/** @param {string} meta @param {string} version */
const tasks = (meta, version) => `
const helper = () => "${version} helper";
const tasks = {
  own: task(${meta}, function own() { return "${version} own"; }),
  helped: task(${meta}, function helped() { return helper(); }),
  named: task(${meta}, () => "${version} named", { name: "named" }),
  late: task(${meta}, async function late(begun, event) { begun.set(); await event.wait(); return helper(); }),
};`;

/** @param {string} version */
async function byRequire(version) {
  const file = join(folder, "tasks.cjs");
  const text = `const { task } = require(${JSON.stringify(require.resolve(backend))});${tasks("module", version)}`;
  await writeFile(file, `${text}\nmodule.exports = tasks;\n`);
  delete require.cache[file];
  return require(file);
}

/** @param {string} version */
async function byImport(version) {
  const file = join(folder, "tasks.mjs");
  const text = `import { task } from ${JSON.stringify(import.meta.resolve(backend))};${tasks("import.meta", version)}`;
  await writeFile(file, `${text}\nexport default tasks;\n`);
  // Bun drops the query of a URL, but not that of a path.
  return (await import(`${"Bun" in globalThis ? file : pathToFileURL(file)}?${version}`)).default;
}

// Workers of Deno have no modules of CommonJS that use Heddle.
const ways = "Deno" in globalThis ? [byImport] : [byRequire, byImport];
for (const load of ways) {
  const pool = new Pool({ size: 1 });
  const old = await load("old");
  console.log(await pool.run(old.own), await pool.run(old.helped), await pool.run(old.named));
  const begun = new Event();
  const event = new Event();
  const late = pool.run(old.late, begun, event);
  await begun.wait();
  const now = await load("new");
  const all = Promise.all([pool.run(now.own), pool.run(now.helped), pool.run(now.named)]);
  event.set();
  // What has begun ends as it began.
  console.log(await late, await all);
  console.log(await pool.run(old.own).catch((/** @type {Error} */ error) => error.message));
  await pool.close();
}

if (ways.includes(byRequire)) {
  const initializer = (await byRequire("old")).own;
  const pool = new Pool({ size: 1, initializer });
  console.log(await pool.run(initializer));
  const { helped } = await byRequire("new");
  console.log(await pool.run(helped).catch((/** @type {Error} */ error) => error.message));
  await pool.terminate();
}
await rm(folder, { recursive: true });
