import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, it } from "vitest";
import { type Cluster, connect } from "../dist/index.js";
import { Cable, program, TestServer, titled } from "./server.js";

/** Long enough for a busy machine to renew it in time; a test that sees it pass takes as long. */
const LEASE = 3000;
const LIMIT = 120_000;

/** Another program, which holds one of each. */
class Holder {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;

  constructor(url: string) {
    const path = fileURLToPath(new URL("programs/holder.mjs", import.meta.url));
    this.#child = spawn(process.execPath, [path, url, String(LEASE)], { stdio: ["pipe", "pipe", "inherit"] });
    this.#lines = createInterface({ input: this.#child.stdout as NodeJS.ReadableStream })[Symbol.asyncIterator]();
  }

  async says(): Promise<string> {
    const { value, done } = await this.#lines.next();
    if (done === true) throw new Error("It has ended");
    return value;
  }

  ask(line: string): void {
    this.#child.stdin?.write(`${line}\n`);
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  async end(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.kill("SIGKILL");
    await once(this.#child, "exit");
  }
}

describe.skipIf(program === undefined)(titled("what a program held that died"), { timeout: LIMIT }, () => {
  let server: TestServer;
  let cluster: Cluster;
  let holder: Holder;

  beforeEach(async () => {
    server = await TestServer.start("--appendonly", "no");
    cluster = await connect({ url: server.url, lease: LEASE });
    await cluster.Queue.named<string>("jobs").put("job");
    await cluster.Lock.named("other").acquire();
    holder = new Holder(server.url);
    assert.match(await holder.says(), /^held /);
  }, LIMIT);

  afterEach(async () => {
    await holder.end();
    await cluster.close();
    await server.stop();
  }, LIMIT);

  /** All that another program sees of it once its lease has passed. */
  async function comesBack(): Promise<void> {
    const { Lock, RWLock, Semaphore, Queue, Barrier } = cluster;
    const abandoned = { code: "HEDDLE_ABANDONED" };
    const barrier = Barrier.named("barrier", 3);
    const seen = [
      assert.rejects(Lock.named("lock").acquire(), abandoned),
      assert.rejects(RWLock.named("writer").holdRead(), abandoned),
      RWLock.named("reader").holdWrite(),
      Semaphore.named("semaphore", 1).acquire(),
      assert.rejects(barrier.wait(), { code: "HEDDLE_BROKEN_BARRIER" }),
      Queue.named<string>("jobs")
        .receive()
        .then(async ({ item, count, ack }) => assert.deepEqual([item, count, await ack()], ["job", 2, true])),
    ];
    await Promise.all(seen);
    // What it waited for goes to nobody but the living.
    const other = Lock.named("other");
    assert.equal(await other.release(), false);
    assert.equal(await other.tryAcquire(), true);
    await Queue.named<number>("empty").put(1);
    assert.equal(await Queue.named<number>("empty").get(), 1);
    const lock = Lock.named("lock");
    assert.equal(await lock.abandoned, true);
    await lock.recover();
    assert.equal(await lock.tryAcquire(), true);
  }

  it("comes back after a kill", async () => {
    holder.kill("SIGKILL");
    await comesBack();
  });

  it("comes back while it is stopped, and it is told when it goes on", async () => {
    holder.kill("SIGSTOP");
    await comesBack();
    holder.kill("SIGCONT");
    holder.ask("tell");
    const { aborted, reason, acked, released, ends } = JSON.parse(await holder.says());
    assert.deepEqual([aborted, reason, acked, released], [true, "HEDDLE_LEASE_LOST", false, false]);
    assert.deepEqual(new Set(ends), new Set(["HEDDLE_LEASE_LOST"]));
  });

  it("stays its own while it computes for longer than its lease", async () => {
    holder.ask("compute");
    assert.equal(await holder.says(), "computed false true");
    assert.equal(await cluster.Lock.named("lock").tryAcquire(), false);
  });
});

describe.skipIf(program === undefined)(titled("a connection that breaks"), { timeout: LIMIT }, () => {
  let server: TestServer;
  let cable: Cable;
  let cluster: Cluster;
  let other: Cluster;

  beforeEach(async () => {
    server = await TestServer.start("--appendonly", "yes", "--appendfsync", "always");
    cable = await Cable.to(server.port);
    cluster = await connect({ url: cable.url, lease: 10 * LEASE });
    other = await connect({ url: server.url, lease: 10 * LEASE });
  }, LIMIT);

  afterEach(async () => {
    await cluster.close();
    await other.close();
    cable.close();
    await server.stop();
  }, LIMIT);

  it("does no operation twice whose answer was lost", async () => {
    const { Lock, Semaphore, Queue } = cluster;
    const once = async <T>(text: RegExp, operation: () => Promise<T>): Promise<T> => {
      const before = cable.swallowed;
      cable.cutAnswerOf(text);
      const done = await operation();
      assert.equal(cable.swallowed, before + 1);
      return done;
    };
    const semaphore = Semaphore.named("semaphore", 5);
    await once(/semaphore/, () => semaphore.acquire());
    assert.equal(await semaphore.value, 4);
    await once(/semaphore/, () => semaphore.release());
    assert.equal(await semaphore.value, 5);
    const queue = Queue.named<number>("queue");
    await once(/queue/, () => queue.put(1));
    assert.equal(await queue.size, 1);
    assert.equal(await once(/queue/, () => queue.get()), 1);
    assert.equal(await queue.size, 0);
    const lock = Lock.named("lock");
    const guard = await once(/lock/, () => lock.hold());
    const release = await once(/lock/, () => guard.release());
    assert.equal(release, true);
    await queue.put(2);
    const { ack } = await queue.receive();
    assert.equal(await once(/queue/, () => ack()), true);
  });

  it("loses no wake-up", async () => {
    const lock = await other.Lock.named("lock").hold();
    const queue = cluster.Queue.named<number>("queue");
    const waits = [cluster.Lock.named("lock").acquire(), queue.get()];
    // Both are parked once this has gone through: operations of one program keep their order.
    assert.equal(await queue.size, 0);
    cable.cut();
    await lock.release();
    await other.Queue.named<number>("queue").put(7);
    cable.mend();
    assert.deepEqual(await Promise.all(waits), [true, 7]);
  });

  it("outlasts a server that is killed and comes again with its data", async () => {
    const guard = await cluster.Lock.named("lock").hold();
    const queue = cluster.Queue.named<number>("queue");
    await queue.put(1);
    const waiting = other.Lock.named("lock").hold();
    await queue.size;
    await server.kill();
    const put = queue.put(2);
    await server.restart();
    await put;
    assert.deepEqual([await queue.get(), await queue.get()], [1, 2]);
    assert.equal(guard.signal.aborted, false);
    assert.equal(await guard.release(), true);
    const next = await waiting;
    assert.ok(next.token > guard.token);
    await next.release();
  });
});

describe.skipIf(program === undefined)(titled("a server that loses its data"), { timeout: LIMIT }, () => {
  it("is told of by LeaseLostError, and tokens rise nevertheless", async () => {
    const server = await TestServer.start("--appendonly", "no");
    const cluster = await connect({ url: server.url, lease: LEASE });
    const lock = cluster.Lock.named("lock");
    const guard = await lock.hold();
    const barrier = cluster.Barrier.named("barrier", 2);
    const waiting = assert.rejects(barrier.wait(), { code: "HEDDLE_LEASE_LOST" });
    while ((await barrier.waiting) === 0);
    await server.kill();
    await server.restart();
    await waiting;
    assert.equal(guard.signal.reason.code, "HEDDLE_LEASE_LOST");
    assert.equal(await guard.release(), false);
    // Later operations belong to a new session, waits too.
    const event = cluster.Event.named("event");
    const later = event.wait();
    await event.set();
    assert.equal(await later, true);
    assert.ok((await lock.hold()).token > guard.token);
    await cluster.close();
    await server.stop();
  });
});
