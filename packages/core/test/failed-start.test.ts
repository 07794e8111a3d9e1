import { afterEach, expect, it } from "vitest";
import { createBackend } from "../src/backend/create-backend.js";
import type { Adapter, SpawnRequest } from "../src/contracts/adapter.js";
import { oneThread } from "./kernels.js";

let canPost = true;
let started: SpawnRequest[] = [];
/** Ends a worker that was killed: when the test says so. */
let endKilled: (() => void)[] = [];

const adapter: Adapter = {
  ...oneThread,
  name: "test: workers whose arguments may not get through",
  url: "test:failed-start",
  spawn(request) {
    started.push(request);
    return {
      pid: 1,
      post() {
        if (!canPost) throw new Error("it does not get through");
      },
      kill: () => endKilled.push(() => end(request, 1)),
      setKeepsAlive: () => {},
    };
  },
};

function end(request: SpawnRequest | undefined, exitCode: number): void {
  request?.onDeath(exitCode);
  request?.onEnd();
}

const { Lock, Worker, inline, setExceptHook, transfer, usage } = createBackend(adapter);
const hold = inline((_lock: object, _port: object) => 0);
const reported: unknown[] = [];
setExceptHook((error: unknown) => reported.push(error));

/** A worker with arguments that have to be posted beside the others. */
function makeWorker() {
  const { port1, port2 } = new MessageChannel();
  port2.close();
  return new Worker(hold, { args: [new Lock(), transfer(port1, [port1])] });
}

/** By then, an error that nobody has heard would have been reported. */
const nextTurn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1));

afterEach(() => {
  canPost = true;
  started = [];
  endKilled = [];
  expect([usage().workers, reported]).toEqual([1, []]);
});

it("a worker whose arguments cannot be posted has not been started: it is killed, and nobody hears of its end", async () => {
  const worker = makeWorker();
  canPost = false;
  expect(() => worker.start()).toThrow("it does not get through");
  expect([endKilled.length, worker.isAlive, worker.exitCode]).toEqual([1, false, undefined]);
  for (const kill of endKilled) kill();
  await nextTurn();
});

it("it can be started again; the end of the first attempt is not that of the second", async () => {
  const worker = makeWorker();
  canPost = false;
  expect(() => worker.start()).toThrow("it does not get through");
  canPost = true;
  worker.start();
  for (const kill of endKilled) kill();
  expect([worker.isAlive, started.length]).toEqual([true, 2]);
  end(started[1], 7);
  await expect(worker.result).rejects.toMatchObject({ code: "HEDDLE_WORKER_CRASHED", exitCode: 7 });
});

it("a worker whose arguments are larger than a message may be is not started, and a SendError says where and why", () => {
  const big = new ArrayBuffer(2 ** 31);
  const worker = new Worker(hold, { args: [new Lock(), { big }] });
  expect(() => worker.start()).toThrow(
    expect.objectContaining({
      code: "HEDDLE_SEND",
      path: "args[1].big",
      message: expect.stringMatching(/^args\[1\]\.big: a message may take 2147483647 bytes; one of 2147483648 or more/),
    }),
  );
  expect(started).toEqual([]);
});
