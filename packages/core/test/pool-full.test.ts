import { expect, it } from "vitest";
import { createBackend } from "../src/backend/create-backend.js";
import type { Adapter, SpawnRequest } from "../src/contracts/adapter.js";
import { growableMemory } from "../src/threads/growable-memory.js";
import { oneThread } from "./kernels.js";

/** Little shared memory, and workers that do nothing until they are killed. */
const adapter: Adapter = {
  ...oneThread,
  name: "test: little memory",
  url: "test:little-memory",
  openMemory: (token) => ({ ...growableMemory(token), maxBytes: 8 << 20 }),
  spawn(request: SpawnRequest) {
    const end = (): void => {
      request.onDeath(1);
      request.onEnd();
    };
    return { pid: 1, post: () => {}, kill: () => queueMicrotask(end), setKeepsAlive: () => {} };
  },
};
const { Pool, Lock, inline, usage } = createBackend(adapter);
const measure = inline((value: unknown) => String(value).length);

it("a call that finds no room in shared memory rejects with a SendError, and leaves nothing behind", async () => {
  const pool = new Pool({ size: 1 });
  const fits = pool.submit(measure, ["small"]).catch(() => {});
  await Promise.resolve();
  await Promise.resolve();
  const { bytes, objects } = usage();
  for (const value of ["t".repeat(16 << 20), new Uint8Array(16 << 20), [new Lock(), new Uint8Array(16 << 20)]]) {
    await expect(pool.run(measure, value)).rejects.toMatchObject({ code: "HEDDLE_SEND" });
  }
  expect([pool.running + pool.queued, usage().bytes - bytes, usage().objects - objects]).toEqual([1, 128, 1]);
  const text = "t".repeat(1 << 20);
  const also = pool.submit(measure, [text]).catch(() => {});
  await Promise.resolve();
  await Promise.resolve();
  expect([pool.running + pool.queued, usage().bytes > bytes + text.length]).toEqual([2, true]);
  await pool.terminate();
  await Promise.all([fits, also]);
  expect(usage().workers).toBe(1);
});
