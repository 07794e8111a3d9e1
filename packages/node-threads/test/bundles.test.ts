import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { type BuildOptions, build } from "esbuild";
import { afterAll, beforeAll, describe, it } from "vitest";

/** Here, the package and those that it depends on are found. */
const here = fileURLToPath(new URL("./", import.meta.url));

/** A program as esbuild bundles and minifies it: its text, and the files that are in it. */
async function bundle(program: string, options: BuildOptions = {}): Promise<{ text: string; files: string[] }> {
  const { outputFiles, metafile } = await build({
    stdin: { contents: program, resolveDir: here },
    bundle: true,
    minify: true,
    platform: "node",
    format: "esm",
    write: false,
    metafile: true,
    logLevel: "error",
    ...options,
  });
  const [output] = Object.values(metafile?.outputs ?? {});
  const files = Object.entries(output?.inputs ?? {}).filter(([, { bytesInOutput }]) => bytesInOutput > 0);
  return { text: outputFiles?.[0]?.text ?? "", files: files.map(([file]) => file) };
}

const importing = (name: string): string =>
  `import { ${name} } from "@heddle/node-threads"; globalThis.imported = ${name};`;

const hasParser = ({ files }: { files: string[] }): boolean => files.some((file) => file.includes("/acorn/"));

describe("a bundle takes in what its program imports", () => {
  // Measured in November 2026: 3,200, 59,900, 111,200 and 288,400 bytes. A lock's must stay below 60,000.
  for (const [name, most] of [
    ["TimeoutError", 3_500],
    ["Lock", 59_980],
    ["Queue", 111_500],
    ["Pool", 289_000],
  ] as const) {
    it(`${name} in less than ${most} bytes, without a parser`, async () => {
      const made = await bundle(importing(name));
      assert.ok(made.text.length < most, `${made.text.length} bytes`);
      assert.equal(hasParser(made), false);
    });
  }

  it("inline with its parser", async () => {
    assert.equal(hasParser(await bundle(importing("inline"))), true);
  });
});

it("a runtime, which has not the condition of bundlers, loads core as one file", async () => {
  const { files } = await bundle(importing("Pool"), { conditions: ["node"] });
  const ofCore = files.filter((file) => file.includes("core/dist/"));
  assert.deepEqual(ofCore, ["../core/dist/whole.js"]);
});

describe("bundles that run", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "heddle-bundles-"));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const write = (file: string, text: string): Promise<void> => writeFile(join(folder, file), text);
  // By NODE_PATH, pnpm has `require` find what a program does not depend on.
  const env = { ...process.env, NODE_PATH: "" };
  const run = async (file: string, options: readonly string[] = []): Promise<string> => {
    const args = [...options, join(folder, file)];
    return (await promisify(execFile)(process.execPath, args, { cwd: folder, env })).stdout.trim();
  };

  const inlining = `import { inline } from "@heddle/node-threads"; console.log(inline((a) => a + 1)(1));`;

  it("inline works where acorn is not installed", async () => {
    await write("inline.mjs", (await bundle(inlining)).text);
    assert.equal(await run("inline.mjs"), "2");
  });

  it("inline says what to do where the bundler was not told to take the parser in", async () => {
    await write("without.mjs", (await bundle(inlining, { conditions: ["other"] })).text);
    await assert.rejects(run("without.mjs"), /inline needs the package acorn.*conditions: \["module"\]/);
  });

  it("a lock whose guard is lost is told of without a worker, too", async () => {
    await write("lost.mjs", (await bundle(LOST)).text);
    const said = await run("lost.mjs", ["--expose-gc"]);
    assert.match(said, /^Uncaught error in MainThread:\nLockStateError: Lock #\d+ stays locked: its guard was never/);
  });

  it("the names of classes, objects and errors survive it", async () => {
    await write("names.mjs", (await bundle(NAMES)).text);
    assert.equal(await run("names.mjs"), "right");
  });

  it("two of one version are one program: each brings what the other has not", async () => {
    const locks = `export { Lock } from "@heddle/node-threads";`;
    const rest = `export { Condition, isMain, Pool, Queue, RLock, task } from "@heddle/node-threads";`;
    await write("locks.mjs", (await bundle(locks)).text);
    await write("rest.mjs", (await bundle(rest)).text);
    await write("two.mjs", TWO);
    assert.deepEqual((await run("two.mjs")).split("\n"), ["true true", "waited", "true", "notified", "2"]);
  });

  it("a lock's bundle that a worker loads before all else has the program's memory", async () => {
    await write("locks.mjs", (await bundle(`export { Lock } from "@heddle/node-threads";`)).text);
    await write("rest.mjs", (await bundle(`export { isMain, Pool, task } from "@heddle/node-threads";`)).text);
    await write("first.mjs", FIRST);
    assert.equal(await run("first.mjs"), "true");
  });

  it("a callback reaches a worker whose own module has none in its bundle", async () => {
    await write("all.mjs", (await bundle(`export { callback, isMain, Pool, task } from "@heddle/node-threads";`)).text);
    await write(
      "few.mjs",
      (await bundle(`export { Event, isMain, Pool, Queue, task, tasksFrom } from "@heddle/node-threads";`)).text,
    );
    await write("ask.mjs", ASK);
    await write("asked.mjs", ASKED);
    assert.equal(await run("asked.mjs"), "21");
  });

  it("a callback that reaches a bundle without any is refused, and its home's death is heard by others", async () => {
    await write("all.mjs", (await bundle(`export { callback, isMain, Pool, task } from "@heddle/node-threads";`)).text);
    await write(
      "few.mjs",
      (await bundle(`export { Event, isMain, Pool, Queue, task, tasksFrom } from "@heddle/node-threads";`)).text,
    );
    await write("make.mjs", MAKE);
    await write("without.mjs", WITHOUT);
    const said = (await run("without.mjs")).split("\n");
    assert.match(said[0] ?? "", /a callback came to a bundle without callback: import it there, too/);
    assert.deepEqual(said.slice(1), ["WorkerCrashedError"]);
  });

  for (const minify of [false, true]) {
    it(`an error begins at the program's line, ${minify ? "minified" : "as it is"}`, async () => {
      await write("stack.mjs", (await bundle(STACK, { minify })).text);
      const functions = (await run("stack.mjs")).split("\n").map((line) => line.match(/at (\w+)/)?.[1]);
      assert.deepEqual(functions, ["sends", "waits", "waitsBlocked"]);
    });
  }

  it("two of different versions are refused, if the first lacks what the second has", async () => {
    const { text } = await bundle(`export { Queue } from "@heddle/node-threads";`);
    await write("older.mjs", (await bundle(`export { Lock } from "@heddle/node-threads";`)).text);
    await write("newer.mjs", text.replaceAll(/"\d+\.\d+\.\d+"/g, '"999.0.0"'));
    await write("versions.mjs", `import "./older.mjs";\nimport "./newer.mjs";\n`);
    await assert.rejects(run("versions.mjs"), /WorkerStateError: .*two versions of @heddle\/node-threads.*without \w+/);
  });
});

/** Prints the names of public classes that are not as they are written; if there are none, that they are right. */
const NAMES = `
import * as heddle from "@heddle/node-threads";
import { inspect } from "node:util";

const { isMain, Lock, pipe, Pool, task, TaskGroup, Thread } = heddle;
const echo = task(import.meta, (value) => value, { name: "echo" });

if (isMain(import.meta)) {
  const wrong = [];
  const check = (what, is, expected) => {
    if (is !== expected) wrong.push(what + ": " + is + " for " + expected);
  };
  const classes = Object.entries(heddle).filter(([key, value]) => /^[A-Z]/.test(key) && typeof value === "function");
  for (const [key, { name, prototype }] of classes) {
    check("class", name, key === "Worker" ? "Thread" : key);
    if (!(prototype instanceof Error)) continue;
    const error = Reflect.construct(Error, ["text"], heddle[key]);
    check("error", error.name, key);
    check("text", String(error), key + ": text");
    check("constructor", error.constructor.name, key);
  }
  const pool = new Pool({ size: 1, name: "pool" });
  const group = new TaskGroup(pool);
  const future = pool.submit(echo, [1]);
  const lock = new Lock();
  const objects = {
    Pool: pool,
    TaskGroup: group,
    Future: future,
    Connection: pipe()[0],
    Thread: new Thread(echo, { args: [1] }),
    Value: new heddle.Value("i32"),
    SharedArray: new heddle.SharedArray("u8", 1),
    Barrier: new heddle.Barrier(1),
  };
  const locks = ["Lock", "RLock", "RWLock", "Condition", "Semaphore", "BoundedSemaphore", "Event"];
  for (const name of [...locks, "Queue", "LifoQueue", "PriorityQueue", "SharedMap"]) objects[name] = new heddle[name]();
  for (const [name, object] of Object.entries(objects)) {
    check("inspect", inspect(object).match(/^\\w+/)?.[0], name);
    check("toJSON", JSON.parse(JSON.stringify(object)).object, name);
    check("of", object.constructor.name, name);
  }
  const guard = lock.holdSync();
  check("inspect", inspect(guard).match(/^\\w+/)?.[0], "Guard");
  guard.release();
  check("inspect", inspect(pool.imap(echo, [])), "Stream {}");
  check("inspect", inspect(pool.iterate(echo)), "GeneratorStream {}");
  await future;
  await group.wait();
  await pool.close();
  console.log(wrong.length === 0 ? "right" : wrong.join("\\n"));
}
`;

/** Collects garbage until somebody says something, which it prints. */
const LOST = `
import { Lock } from "@heddle/node-threads";
process.stderr.write = (text) => {
  console.log(text);
  process.exit();
};
const lock = new Lock();
lock.holdSync();
const collect = () => {
  gc();
  if (lock.locked) setImmediate(collect);
};
setImmediate(collect);
`;

/** Of whatever copy the classes are, their objects are sent, wait and are told apart as if they were of one. */
const TWO = `
import { Lock } from "./locks.mjs";
import { Condition, isMain, Pool, Queue, RLock, task } from "./rest.mjs";

const release = task(import.meta, async (queue, name) => {
  const lock = await queue.get();
  await lock.acquire();
  lock.release();
  return Lock.named(name).locked;
});

if (isMain(import.meta)) {
  const lock = new Lock();
  console.log(new RLock() instanceof Lock, lock instanceof Lock);
  const pool = new Pool({ size: 1 });
  const queue = new Queue();
  lock.acquireSync();
  Lock.named("both").acquireSync();
  const released = pool.run(release, queue, "both");
  await queue.put(lock);
  const waits = lock.acquire();
  lock.release();
  await waits;
  console.log("waited");
  lock.release();
  console.log(await released);
  const condition = new Condition(lock);
  await lock.acquire();
  const notified = condition.wait();
  await lock.acquire();
  condition.notify();
  lock.release();
  console.log(await notified ? "notified" : "");
  lock.release();
  await pool.close();
  console.log(await queue.put(1).then(() => queue.put(2)).then(() => queue.size));
}
`;

/** The first frames of errors, of functions that keep their names. */
const STACK = `
import { Lock, Queue } from "@heddle/node-threads";
const lock = new Lock();
lock.acquireSync();
const kept = {
  sends: () => new Queue().put(() => 0),
  waits: () => lock.hold({ timeout: 1 }),
  waitsBlocked: () => lock.holdSync({ timeout: 1 }),
};
for (const act of Object.values(kept)) {
  try {
    await act();
  } catch (error) {
    console.log(error.stack.split("\\n").find((line) => line.startsWith("    at ")));
  }
}
`;

const ASK = `
import { task } from "./few.mjs";
export const ask = task(import.meta, async (to) => await to(20));
`;

const ASKED = `
import { callback, isMain, Pool } from "./all.mjs";
import { ask } from "./ask.mjs";
if (isMain(import.meta)) {
  const pool = new Pool({ size: 1 });
  console.log(await pool.run(ask, callback((n) => n + 1)));
  await pool.close();
}
`;

/** Tasks of a module with a bundle of its own. One makes a callback, one calls it. */
const MAKE = `
import { callback, task } from "./all.mjs";
export const make = task(import.meta, async (queue, called) => {
  let calls = 0;
  // A second call that comes before the end is answered by that alone.
  const made = callback(() => (++calls === 1 ? called.set() : new Promise(() => {})));
  await queue.put(made);
  await queue.put(made);
  await called.wait();
  process.exit(1);
});
export const call = task(import.meta, async (queue) => {
  const to = await queue.get();
  const answer = to().then(() => to()).catch((error) => error.name);
  return await answer;
});
`;

const WITHOUT = `
import { Event, isMain, Pool, Queue, tasksFrom } from "./few.mjs";
const { call, make } = tasksFrom(new URL("./make.mjs", import.meta.url));
if (isMain(import.meta)) {
  const queue = new Queue();
  const called = new Event();
  const pool = new Pool({ size: 2 });
  const made = pool.run(make, queue, called).catch(() => {});
  await queue.get().catch((error) => console.log(error.message));
  console.log(await pool.run(call, queue));
  await made;
  await pool.close();
}
`;

/** The worker's first module names a lock, which the program has locked. */
const FIRST = `
import { Lock } from "./locks.mjs";
import { isMain, Pool, task } from "./rest.mjs";

const isLocked = task(import.meta, () => Lock.named("shared").locked);

if (isMain(import.meta)) {
  Lock.named("shared").acquireSync();
  const early = "data:text/javascript," + encodeURIComponent(
    'import { Lock } from ' + JSON.stringify(new URL("./locks.mjs", import.meta.url).href) + '; Lock.named("shared");');
  const pool = new Pool({ size: 1, execArgv: ["--import", early] });
  console.log(await pool.run(isLocked));
  await pool.close();
}
`;

describe("installed as it is, the parser is loaded by inline alone", () => {
  const seeing = `
    const loaded = () => Object.keys(require.cache).some((file) => file.includes("acorn"));
    const before = loaded();
    inline(() => 1);
    console.log(before, loaded());`;
  const evaluate = async (type: string, program: string): Promise<string> => {
    const args = [`--input-type=${type}`, "-e", program];
    return (await promisify(execFile)(process.execPath, args, { cwd: here })).stdout.trim();
  };

  it("by import", async () => {
    const refuse = `export const resolve = (name, at, next) => { if (name === "acorn") throw new Error("imported"); return next(name, at); }`;
    const program = `
      import { createRequire, register } from "node:module";
      register(${JSON.stringify(`data:text/javascript,${refuse}`)});
      const require = createRequire(import.meta.url);
      const { inline } = await import("@heddle/node-threads");${seeing}`;
    assert.equal(await evaluate("module", program), "false true");
  });

  it("by require", async () => {
    assert.equal(
      await evaluate("commonjs", `const { inline } = require("@heddle/node-threads");${seeing}`),
      "false true",
    );
  });
});
