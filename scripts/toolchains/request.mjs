import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

/**
 * Starts a server on a port of its own, and prints what it answers, which is JSON, as the other programs print it. Of a page whose form
 * has a server action of React's, it is what the action returns.
 *
 *     node request.mjs [--deployed folder] [--path /path]... file of the server, and its arguments
 *
 * `--deployed` starts it in a copy of that folder, from where nothing else of the program is found.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { path: { type: "string", multiple: true, default: ["/"] }, deployed: { type: "string" } },
});

/** A port that nothing listens on. */
async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return typeof address === "object" && address !== null ? address.port : 0;
}

/** The text of a response. @param {Response} response */
async function textOf(response) {
  const text = await response.text();
  if (!response.ok) throw new Error(`The server answered with ${response.status}: ${text}`);
  return text;
}

/** The answer of a path. @param {string} url @returns {Promise<object>} */
async function answerOf(url) {
  const text = await textOf(await fetch(url));
  const [, action] = /\$ACTION_ID_([0-9a-f]+)/.exec(text) ?? [];
  if (action === undefined) return JSON.parse(text);
  // As the page's script calls it. Each line of the answer is a value with its number; the action's result has the number 1.
  const called = await textOf(await fetch(url, { method: "POST", headers: { "Next-Action": action }, body: "[]" }));
  return JSON.parse(/^1:(\{.*)$/m.exec(called)?.[1] ?? "{}");
}

/** Whether nothing listens there yet. @param {unknown} error */
const isTooEarly = (error) =>
  error instanceof TypeError && /** @type {{ code?: unknown }} */ (error.cause)?.code === "ECONNREFUSED";

const folder = values.deployed === undefined ? undefined : mkdtempSync(join(tmpdir(), "heddle-deployed-"));
try {
  if (values.deployed !== undefined && folder !== undefined) cpSync(values.deployed, folder, { recursive: true });
  const port = await freePort();
  const server = spawn(process.execPath, positionals, {
    ...(folder === undefined ? {} : { cwd: folder }),
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, PORT: String(port), HOST: "127.0.0.1", HOSTNAME: "127.0.0.1" },
  });
  const ended = once(server, "exit");
  const tooEarly = ended.then(([code]) => Promise.reject(new Error(`The server ended with ${code}`)));
  tooEarly.catch(() => {});
  server.stdout.pipe(process.stderr);
  try {
    for (const path of values.path) {
      for (let answer; answer === undefined; ) {
        try {
          answer = await answerOf(`http://127.0.0.1:${port}${path}`);
          for (const [name, value] of Object.entries(answer)) console.log(name, value);
        } catch (error) {
          if (!isTooEarly(error)) throw error;
          // It says where it listens, perhaps after other things.
          await Promise.race([once(server.stdout, "data"), tooEarly]);
        }
      }
    }
  } finally {
    server.kill();
    await ended;
  }
} finally {
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
}
