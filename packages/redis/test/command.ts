import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** Long enough for a busy machine to renew it in time; a test that sees it pass takes as long. */
export const LEASE = 3000;

const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** The command's own file. */
export const COMMAND = path("../bin/heddle.js");

/** A machine of its own: the command in a process. */
export class Command {
  readonly child: ChildProcess;
  readonly #lines: AsyncIterator<string>;

  constructor(url: string, ...more: string[]) {
    const args = [COMMAND, "worker", path("programs/tasks.mjs"), "--lease", String(LEASE), ...more];
    const options = { cwd: path("."), env: { ...process.env, HEDDLE_URL: url } };
    this.child = spawn(process.execPath, args.map(relative), { ...options, stdio: ["ignore", "pipe", "inherit"] });
    this.#lines = createInterface({ input: this.child.stdout as NodeJS.ReadableStream })[Symbol.asyncIterator]();
  }

  static async start(url: string, ...more: string[]): Promise<Command> {
    const command = new Command(url, ...more);
    assert.match(await command.line(), /serves .*tasks\.mjs/);
    return command;
  }

  async line(): Promise<string> {
    const { value } = await this.#lines.next();
    return String(value);
  }

  get pid(): number {
    return this.child.pid as number;
  }

  /** Its exit code. */
  async ended(): Promise<number | null> {
    if (this.child.exitCode === null && this.child.signalCode === null) await once(this.child, "exit");
    return this.child.exitCode;
  }

  async kill(): Promise<void> {
    this.child.kill("SIGKILL");
    await this.ended();
  }
}

/** Modules are named as from the current folder. */
const relative = (argument: string): string => argument.replace(`${path(".")}`, "");
