import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient } from "redis";
import { afterEach, beforeEach, describe, it } from "vitest";
import { type Cluster, type ConnectOptions, connect } from "../dist/index.js";
import { freePort, program, TestServer, titled } from "./server.js";

const LEASE = 20_000;
const LIMIT = 120_000;

type FourServers = [TestServer, TestServer, TestServer, TestServer];

/** Sends commands to a server, one after another. */
async function tell(server: TestServer, ...commands: readonly string[]): Promise<unknown> {
  const client = await createClient({ url: server.url }).connect();
  try {
    let answer: unknown;
    for (const command of commands) answer = await client.sendCommand(command.split(" "));
    return answer;
  } finally {
    client.destroy();
  }
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo().catch(() => false))) await new Promise((resolve) => setTimeout(resolve, 20));
}

/** One of each, used; and what is held goes on after `change`. */
async function outlasts(options: ConnectOptions, change: () => Promise<void>): Promise<void> {
  const [one, other] = await Promise.all([connect(options), connect(options)]);
  const { Lock, Queue, Event, Value } = one;
  const guard = await Lock.named("lock").hold();
  const queue = Queue.named<number>("queue");
  await queue.put(1);
  await Value.named("value", "i32").add(5);
  const waiting = [other.Lock.named("lock").hold(), other.Event.named("event").wait()] as const;
  // Both are parked once this has gone through.
  assert.equal(await other.Queue.named<number>("queue").size, 1);
  await change();
  assert.equal(guard.signal.aborted, false);
  await queue.put(2);
  assert.deepEqual([await queue.get(), await queue.get()], [1, 2]);
  assert.equal(await Value.named("value", "i32").value, 5);
  assert.equal(await guard.release(), true);
  await Event.named("event").set();
  const [next, isSet] = await Promise.all(waiting);
  assert.equal(isSet, true);
  assert.ok(next.token > guard.token);
  assert.equal(await next.release(), true);
  await Promise.all([one.close(), other.close()]);
}

describe.skipIf(program === undefined)(titled("Redis Cluster"), { timeout: LIMIT }, () => {
  let servers: TestServer[];
  let slot: number;
  const options = (): ConnectOptions => ({ url: servers.map(({ url }) => url), cluster: true, lease: LEASE });

  beforeEach(async () => {
    const enabled = ["--cluster-enabled", "yes", "--cluster-node-timeout", "1000", "--appendonly", "no"];
    servers = await Promise.all([1, 2, 3, 4].map(() => TestServer.start(...enabled)));
    const [first, second, third, copy] = servers as FourServers;
    slot = Number(await tell(first, "CLUSTER KEYSLOT {heddle}"));
    // The first has the namespace's half of all slots. A majority of three has to agree that a replica takes over.
    const parts = ["0 8191", "8192 12287", "12288 16383"];
    const [its, other, last] = slot < 8192 ? parts : ["8192 16383", "0 4095", "4096 8191"];
    await tell(first, `CLUSTER ADDSLOTSRANGE ${its}`);
    await tell(second, `CLUSTER ADDSLOTSRANGE ${other}`, `CLUSTER MEET 127.0.0.1 ${first.port}`);
    await tell(third, `CLUSTER ADDSLOTSRANGE ${last}`, `CLUSTER MEET 127.0.0.1 ${first.port}`);
    await tell(copy, `CLUSTER MEET 127.0.0.1 ${first.port}`);
    await until(async () => /cluster_known_nodes:4/.test(String(await tell(copy, "CLUSTER INFO"))));
    await tell(copy, `CLUSTER REPLICATE ${await tell(first, "CLUSTER MYID")}`);
    await until(async () => /master_link_status:up/.test(String(await tell(copy, "INFO replication"))));
    for (const server of servers) {
      await until(async () => /cluster_state:ok/.test(String(await tell(server, "CLUSTER INFO"))));
    }
  }, LIMIT);

  afterEach(async () => {
    for (const server of servers) await server.stop();
  }, LIMIT);

  it("goes on when the slot has moved to another node", async () => {
    const [first, second] = servers as FourServers;
    await outlasts(options(), async () => {
      const [from, to] = [await tell(first, "CLUSTER MYID"), await tell(second, "CLUSTER MYID")];
      await tell(second, `CLUSTER SETSLOT ${slot} IMPORTING ${from}`);
      await tell(first, `CLUSTER SETSLOT ${slot} MIGRATING ${to}`);
      // Now the keys are in two places: a session that begins meanwhile waits until they are in one, and finds what is there.
      const late = connect(options());
      late.catch(() => {});
      for (;;) {
        const keys = (await tell(first, `CLUSTER GETKEYSINSLOT ${slot} 100`)) as string[];
        if (keys.length === 0) break;
        for (const key of keys) assert.equal(await tell(first, `MIGRATE 127.0.0.1 ${second.port} ${key} 0 5000`), "OK");
      }
      await tell(second, `CLUSTER SETSLOT ${slot} NODE ${to}`);
      await tell(first, `CLUSTER SETSLOT ${slot} NODE ${to}`);
      const cluster = await late;
      assert.equal(await cluster.Lock.named("lock").locked, true);
      await cluster.close();
    });
  });

  it("goes on when a replica has taken over", async () => {
    const [first, , , copy] = servers as FourServers;
    await outlasts(options(), async () => {
      await first.kill();
      await until(async () => /role:master/.test(String(await tell(copy, "INFO replication"))));
    });
  });
});

describe.skipIf(program === undefined)(titled("Sentinel"), { timeout: LIMIT }, () => {
  it("goes on when a replica has taken over", async () => {
    const main = await TestServer.start("--appendonly", "no", "--requirepass", "secret", "--masterauth", "secret");
    main.password = "secret";
    const replica = await TestServer.start(
      ...["--appendonly", "no", "--requirepass", "secret", "--masterauth", "secret"],
      ...["--replicaof", "127.0.0.1", String(main.port)],
    );
    replica.password = "secret";
    await until(async () => /master_link_status:up/.test(String(await tell(replica, "INFO replication"))));
    const sentinel = await TestServer.startSentinel([
      `sentinel monitor shop 127.0.0.1 ${main.port} 1`,
      "sentinel auth-pass shop secret",
      "sentinel down-after-milliseconds shop 1000",
      "sentinel failover-timeout shop 5000",
    ]);
    await until(async () => /slaves=1/.test(String(await tell(sentinel, "INFO sentinel"))));
    const url = `redis://:secret@127.0.0.1:${sentinel.port}`;
    const nowhere = `redis://:secret@127.0.0.1:${await freePort()}`;
    await outlasts({ url: [nowhere, url], sentinel: "shop", lease: LEASE }, async () => {
      await main.kill();
      await until(async () => /role:master/.test(String(await tell(replica, "INFO replication"))));
    });
    const unknown = connect({ url, sentinel: "other", lease: LEASE });
    await assert.rejects(unknown, { code: "HEDDLE_SERVER_UNREACHABLE" });
    for (const server of [sentinel, replica, main]) await server.stop();
  });
});

describe.skipIf(program === undefined)(titled("TLS and users"), { timeout: LIMIT }, () => {
  it("connects by TLS as a user with the rights of the guide", async () => {
    const folder = mkdtempSync(join(tmpdir(), "heddle-tls-"));
    const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
    const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"];
    const made = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-keyout", key, "-out", cert];
    execFileSync("openssl", [...made, ...subject], { stdio: "ignore" });
    const tlsPort = await freePort();
    const tls = [
      "--tls-port",
      String(tlsPort),
      "--tls-cert-file",
      cert,
      "--tls-key-file",
      key,
      "--tls-ca-cert-file",
      cert,
    ];
    const guide = readFileSync(new URL("../../../docs/cluster.md", import.meta.url), "utf8");
    const rights = /^ACL SETUSER shop on >PASSWORD (.*)$/m.exec(guide)?.[1] ?? "no rights";
    const server = await TestServer.start("--appendonly", "no", ...tls, "--tls-auth-clients", "no");
    await tell(server, `ACL SETUSER shop on >PASSWORD ${rights}`);
    const options = {
      url: `rediss://shop:PASSWORD@localhost:${tlsPort}`,
      namespace: "shop",
      lease: LEASE,
      tls: { ca: readFileSync(cert, "utf8") },
    };
    const cluster: Cluster = await connect(options);
    assert.equal(await cluster.Lock.named("lock").run(() => "held"), "held");
    const [queue, event] = [new cluster.Queue<number>(), new cluster.Event()];
    const waiting = [queue.get(), event.wait()];
    await queue.put(1);
    await event.set();
    assert.deepEqual(await Promise.all(waiting), [1, true]);
    await cluster.close();
    const other = connect({ ...options, namespace: "other" });
    await assert.rejects(other, { code: "HEDDLE_SERVER_REFUSED" });
    const untrusted = connect({ ...options, tls: undefined });
    await assert.rejects(untrusted, { code: "HEDDLE_SERVER_UNREACHABLE" });
    await server.stop();
    rmSync(folder, { recursive: true });
  });
});
