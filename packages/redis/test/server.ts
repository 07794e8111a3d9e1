import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server, type Socket, connect as socketTo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient } from "redis";

/** The servers for which tests look, in this order. */
const PROGRAMS = ["valkey-server", "redis-server"];

/** The server of this machine; undefined if there is none. */
export const program = PROGRAMS.find((name) => spawnSync(name, ["--version"]).status === 0);

/** The name of tests that need a server: it says so where there is none. */
export const titled = (title: string): string =>
  program === undefined ? `${title} — NOT RUN: there is neither ${PROGRAMS.join(" nor ")} here` : title;

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("No port");
  return address.port;
}

const READY = /Ready to accept connections/;

/** A server of a test's own, with a folder of its own. */
export class TestServer {
  readonly port: number;
  /** Of the user `default`, if it has one. */
  password = "";
  readonly #folder: string;
  readonly #options: readonly string[];
  #child: ChildProcess | undefined;

  private constructor(port: number, options: readonly string[]) {
    this.port = port;
    this.#options = options;
    this.#folder = mkdtempSync(join(tmpdir(), "heddle-redis-"));
  }

  static async start(...options: string[]): Promise<TestServer> {
    const server = new TestServer(await freePort(), options);
    await server.restart();
    return server;
  }

  get url(): string {
    const user = this.password === "" ? "" : `:${this.password}@`;
    return `redis://${user}127.0.0.1:${this.port}`;
  }

  /** A sentinel, which keeps its configuration in its folder. */
  static async startSentinel(lines: readonly string[]): Promise<TestServer> {
    const server = new TestServer(await freePort(), []);
    const path = join(server.#folder, "sentinel.conf");
    writeFileSync(path, [`port ${server.port}`, "bind 127.0.0.1", `dir ${server.#folder}`, ...lines, ""].join("\n"));
    const child = spawn(program as string, [path, "--sentinel"], { stdio: ["ignore", "pipe", "inherit"] });
    server.#child = child;
    for await (const text of child.stdout) if (String(text).includes("+monitor")) break;
    child.stdout.resume();
    return server;
  }

  /** The names of its keys that match a pattern. */
  async keys(pattern: string): Promise<string[]> {
    const client = await createClient({ url: this.url }).connect();
    try {
      return await client.keys(pattern);
    } finally {
      client.destroy();
    }
  }

  /** Starts it, if need be again, with what it has kept. */
  async restart(): Promise<void> {
    const common = ["--port", String(this.port), "--bind", "127.0.0.1", "--dir", this.#folder, "--save", ""];
    const child = spawn(program as string, [...common, ...this.#options], { stdio: ["ignore", "pipe", "inherit"] });
    this.#child = child;
    for await (const text of child.stdout) if (READY.test(String(text))) break;
    child.stdout.resume();
  }

  /** Ends it at once, as a loss of power would. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
  }

  async stop(): Promise<void> {
    await this.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** A way to a server that can be cut. */
export class Cable {
  readonly #listener: Server;
  readonly #pairs = new Set<readonly [Socket, Socket]>();
  #isCut = false;
  #cutsAnswerOf: RegExp | undefined;
  /** How many answers it has kept back and cut off. */
  swallowed = 0;

  private constructor(port: number) {
    this.#listener = createServer((near) => {
      if (this.#isCut) return near.destroy();
      const far = socketTo(port, "127.0.0.1");
      const pair = [near, far] as const;
      this.#pairs.add(pair);
      let isSwallowing = false;
      near.on("data", (bytes) => {
        if (this.#cutsAnswerOf?.test(bytes.toString("latin1"))) {
          this.#cutsAnswerOf = undefined;
          isSwallowing = true;
        }
        far.write(bytes);
      });
      far.on("data", (bytes) => {
        if (!isSwallowing) return near.write(bytes);
        this.swallowed++;
        return near.destroy();
      });
      const end = (): void => {
        this.#pairs.delete(pair);
        near.destroy();
        far.destroy();
      };
      for (const socket of pair) socket.on("close", end).on("error", end);
      return undefined;
    });
  }

  static async to(port: number): Promise<Cable> {
    const cable = new Cable(port);
    cable.#listener.listen(0, "127.0.0.1");
    await once(cable.#listener, "listening");
    return cable;
  }

  get url(): string {
    const address = this.#listener.address();
    return `redis://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
  }

  /** Lets the next operation with that text in it reach the server, and cuts the connection before its answer. */
  cutAnswerOf(text: RegExp): void {
    this.#cutsAnswerOf = text;
  }

  /** Cuts all connections; new ones are refused until {@link mend}. */
  cut(): void {
    this.#isCut = true;
    for (const [near] of this.#pairs) near.destroy();
  }

  mend(): void {
    this.#isCut = false;
  }

  close(): void {
    this.cut();
    this.#listener.close();
  }
}
