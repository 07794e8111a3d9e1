import assert from "node:assert/strict";
import { Semaphore } from "@heddle/node-processes/cluster";
import { beforeAll, describe, it } from "vitest";
import { jobs, limit, loads, services, workers } from "./built.js";

const REQUESTS = 2000;
const { answered } = workers;

describe("the service, under autocannon", () => {
  let service: Awaited<ReturnType<typeof services.Service.start>>;
  beforeAll(async () => {
    service = await services.Service.start();
  });

  async function countIsExact(): Promise<void> {
    const before = answered.value;
    const load = await loads.load(service.url, REQUESTS);
    assert.equal(load.answered, REQUESTS);
    assert.equal(load.failures, 0);
    assert.equal(answered.value - before, REQUESTS);
    // Each of them has answered: it is one port for all.
    const names = new Set(load.connections.flatMap((connection) => [...connection.workers]));
    assert.deepEqual([...names].sort(), service.workers.map(({ name }) => name).sort());
  }

  it("counts each request once", countIsExact);

  it("goes on when a worker is killed: only requests on its connections fail, and another takes its place", async () => {
    const [victim, ...others] = service.workers;
    assert.ok(victim?.pid !== undefined);
    const { pid } = victim;
    const before = answered.value;
    const load = await loads.load(service.url, REQUESTS, () => process.kill(pid, "SIGKILL"));

    const isOfVictim = ({ workers }: { readonly workers: ReadonlySet<string> }): boolean => workers.has(victim.name);
    for (const { sent, answered } of load.connections.filter((connection) => !isOfVictim(connection))) {
      assert.equal(answered, sent);
    }
    assert.ok(load.connections.some(isOfVictim));
    assert.equal(load.failures, 0);
    const lost = load.sent - load.answered;
    assert.ok(lost > 0);
    // The victim may have counted what it had no time to answer; nobody else has.
    const counted = answered.value - before;
    assert.ok(counted >= load.answered && counted <= load.answered + lost, `${counted} of ${load.answered} + ${lost}`);

    assert.equal(victim.exitCode, -9);
    const successor = await service.nextListener();
    assert.equal(service.workers[0]?.name, successor);
    assert.deepEqual(service.workers.slice(1), others);
    assert.ok(service.workers.every(({ isAlive }) => isAlive));
  });

  it("counts each request once again after that", countIsExact);

  it("never asked its upstream for more than the limit at once, but for that much, and lost no permit", () => {
    assert.equal(service.upstream.mostAtOnce, limit.LIMIT);
    assert.equal(Semaphore.named("upstream", limit.LIMIT).value, limit.LIMIT);
  });

  it("counts what it refuses as well", async () => {
    const before = answered.value;
    assert.equal((await fetch(`${service.url}/0`)).status, 404);
    assert.equal(answered.value - before, 1);
  });

  it("does what is left to do, and ends", async () => {
    await service[Symbol.asyncDispose]();
    // One was refused; and the victim may have put jobs into the queue whose requests it had no time to count.
    assert.ok(jobs.jobsDone() >= answered.value - 1);
    assert.ok(service.workers.every(({ exitCode }) => exitCode === 0));
  });
});
