import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, describe, it } from "vitest";
import { testedWithProcessesBy } from "../../../scripts/programs.mjs";
import { type Runtime, runtimesOfLane } from "./processes.js";

const page = readFileSync(new URL("../../../docs/deployment.md", import.meta.url), "utf8");

/** The first block of code in that language. */
function block(language: string): string {
  const found = new RegExp(`\`\`\`${language}\n(.*?)\n\`\`\``, "s").exec(page)?.[1];
  assert.ok(found, `docs/deployment.md has no ${language}`);
  return found;
}

/** The file that a manager's snippet on the page has Node run, without its folder. */
function fileOf(command: readonly string[] | undefined): string {
  const [node, file = ""] = command ?? [];
  assert.equal(node?.split("/").at(-1), "node");
  return file.replace(/^\/srv\/app\//, "");
}

interface Way {
  readonly file?: string;
  send(main: number): void;
}

/** How a program is told to end: by whom, and which process first. */
const ways: Record<string, Way> = {
  "SIGTERM to its process group": { send: (main) => process.kill(-groupOf(main), "SIGTERM") },
  "Ctrl-C": { send: (main) => process.kill(-groupOf(main), "SIGINT") },
  "systemd, which tells each process": {
    file: fileOf(/^ExecStart=(.*)$/m.exec(block("ini"))?.[1]?.split(" ")),
    send(main) {
      for (const pid of [main, ...descendants(main)]) process.kill(pid, "SIGTERM");
    },
  },
  "PM2, which tells each process, the last one first": {
    file: /script: "(.*?)"/.exec(page)?.[1] ?? "",
    send(main) {
      for (const pid of [main, ...descendants(main)].reverse()) process.kill(pid, "SIGINT");
    },
  },
  Docker: {
    file: fileOf(JSON.parse(/^CMD (.*)$/m.exec(block("dockerfile"))?.[1] ?? "[]")),
    send: (main) => process.kill(main, "SIGTERM"),
  },
  Kubernetes: {
    file: fileOf(JSON.parse(/command: (.*)$/m.exec(block("yaml"))?.[1] ?? "[]")),
    send: (main) => process.kill(main, "SIGTERM"),
  },
};

/** The process group that a process is in. */
const groupOf = (pid: number): number =>
  Number(
    readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /s, "")
      .split(" ")[2],
  );

/** All processes that a process has started, and those that these have. */
function descendants(pid: number): number[] {
  const children = readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
    readFileSync(`/proc/${pid}/task/${thread}/children`, "utf8").split(" ").filter(Boolean).map(Number),
  );
  return children.flatMap((child) => [child, ...descendants(child)]);
}

/** Where only processes differ, the others go the first ways. */
const some = Object.fromEntries(Object.entries(ways).slice(0, 1));
const backendsOf = (runtime: Runtime): Record<string, typeof ways> => ({
  heddle: some,
  "heddle/processes": ways,
  ...(runtime === "Node" ? { "@heddle/node-processes/cluster": some } : {}),
});

let folder: string;
/** Answers `render` once the test lets it. */
const gate = createServer();
const arrivals: ((answer: ServerResponse) => void)[] = [];

beforeAll(async () => {
  // Below this package, whose name the program imports.
  folder = mkdtempSync(join(import.meta.dirname, "programs/deployed-"));
  gate.on("request", (_, response) => arrivals.shift()?.(response));
  gate.listen(0, "127.0.0.1");
  await once(gate, "listening");
});

afterAll(() => {
  gate.close();
  rmSync(folder, { recursive: true });
});

/** The page's program, which says its process and how it ended: a process that was started here may have started it. */
function writeProgram(backend: string): void {
  const { port } = gate.address() as AddressInfo;
  const program = block("js")
    .replace('from "heddle"', `from ${JSON.stringify(backend)}`)
    .replace(".listen(3000)", '.listen(0, "127.0.0.1", () => console.log(process.pid, server.address().port))')
    .concat('process.once("exit", (code) => console.log("exit code", code));');
  writeFileSync(join(folder, "main.js"), program);
  const tasks = `import { task } from ${JSON.stringify(backend)};
    export const render = task(import.meta, async function render(url) {
      const answer = await fetch("http://127.0.0.1:${port}");
      return url + " " + (await answer.text());
    });`;
  writeFileSync(join(folder, "tasks.js"), tasks);
}

/** The answer of a request that is on its way when the program is told to end, and the program's exit. */
async function drained(runtime: Runtime, { file = "main.js", send }: Way): Promise<string[]> {
  const [command, ...options] = testedWithProcessesBy[runtime];
  const program = spawn(command, [...options, file], {
    cwd: folder,
    detached: true,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const lines: string[] = [];
  for await (const line of createInterface(program.stdout)) {
    if (lines.push(line) > 1) continue;
    const [pid, port] = line.split(" ");
    const rendering = new Promise<ServerResponse>((resolve) => arrivals.push(resolve));
    const request = fetch(`http://127.0.0.1:${port}/page`);
    const answer = await rendering;
    send(Number(pid));
    answer.end("rendered");
    lines[0] = await (await request).text();
  }
  return lines;
}

describe("the service of docs/deployment.md answers what it has begun, and ends with 0,", () => {
  for (const runtime of runtimesOfLane) {
    for (const [backend, itsWays] of Object.entries(backendsOf(runtime))) {
      for (const [way, how] of Object.entries(itsWays)) {
        it(`on ${runtime} with ${backend}, told by ${way}`, async () => {
          writeProgram(backend);
          assert.deepEqual(await drained(runtime, how), ["/page rendered", "exit code 0"]);
        });
      }
    }
  }
});
