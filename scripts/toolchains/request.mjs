import { execSync, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { format, parseArgs } from "node:util";

/**
 * Starts a server on a port of its own, and prints what it answers, which is JSON, as the other programs print it. Of a page whose form
 * has a server action of React's, it is what the action returns.
 *
 *     node request.mjs [--deployed folder] [--path /path]... [--edit command] file of the server, and its arguments
 *
 * `--deployed` starts it in a copy of that folder, from where nothing else of the program is found. `--edit` is a shell command that changes
 * the program while the server runs. Then each path is asked again until its answer is another one, which is printed as well.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    path: { type: "string", multiple: true, default: ["/"] },
    deployed: { type: "string" },
    edit: { type: "string" },
  },
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

/** Each of its properties in a line. @param {object} answer */
const shown = (answer) =>
  Object.entries(answer)
    .map(([name, value]) => format(name, value))
    .join("\n");

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
    /** @type {Map<string, string>} */
    const answers = new Map();
    for (const path of values.path) {
      while (!answers.has(path)) {
        try {
          answers.set(path, shown(await answerOf(`http://127.0.0.1:${port}${path}`)));
        } catch (error) {
          if (!isTooEarly(error)) throw error;
          // It says where it listens, perhaps after other things.
          await Promise.race([once(server.stdout, "data"), tooEarly]);
        }
      }
      console.log(answers.get(path));
    }
    if (values.edit !== undefined) {
      execSync(values.edit);
      for (const path of values.path) {
        let answer;
        do answer = shown(await answerOf(`http://127.0.0.1:${port}${path}`));
        while (answer === answers.get(path));
        console.log(answer);
      }
    }
  } finally {
    server.kill();
    await ended;
  }
} finally {
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
}
