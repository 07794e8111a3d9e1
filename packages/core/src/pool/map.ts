import type { Future, MapOptions } from "../contracts/pool.js";

const CHUNKS_A_WORKER = 4;

interface MapPlan extends Omit<MapOptions, "signal"> {
  readonly signal: AbortSignal | undefined;
  readonly workers: number;
  readonly runChunk: (items: readonly unknown[]) => Future<unknown[]>;
}

/** Runs a task over items in chunks. The first failure rejects, and takes back the chunks that have not started. */
export async function mapOver<R>(items: Iterable<unknown> | AsyncIterable<unknown>, plan: MapPlan): Promise<R[]> {
  const { signal, onProgress, runChunk } = plan;
  const chunks: Future<unknown[]>[] = [];
  let isFailed = false;
  let done = 0;
  let total: number | undefined;

  return await new Promise<R[]>((resolve, reject) => {
    const fail = (error: unknown): void => {
      if (isFailed) return;
      isFailed = true;
      signal?.removeEventListener("abort", onAbort);
      for (const chunk of chunks) chunk.cancel(error);
      reject(error);
    };
    const onAbort = (): void => fail(signal?.reason);
    const send = (chunk: readonly unknown[]): void => {
      const future = runChunk(chunk);
      chunks.push(future);
      future
        .then(() => {
          done += chunk.length;
          if (!isFailed) onProgress?.(done, total);
        })
        .catch(fail);
    };
    const finish = async (): Promise<void> => {
      const results = await Promise.all(chunks);
      signal?.removeEventListener("abort", onAbort);
      resolve(results.flat() as R[]);
    };
    const feed = async (): Promise<void> => {
      signal?.throwIfAborted();
      signal?.addEventListener("abort", onAbort, { once: true });
      if (Symbol.asyncIterator in items) {
        await feedAsync(items, plan.chunkSize ?? 1, send, () => isFailed);
      } else {
        const all = Array.from(items);
        total = all.length;
        const size = plan.chunkSize ?? Math.max(1, Math.ceil(all.length / (plan.workers * CHUNKS_A_WORKER)));
        for (let i = 0; i < all.length; i += size) send(all.slice(i, i + size));
      }
      if (!isFailed) await finish();
    };
    feed().catch(fail);
  });
}

async function feedAsync(
  items: AsyncIterable<unknown>,
  size: number,
  send: (chunk: readonly unknown[]) => void,
  isOver: () => boolean,
): Promise<void> {
  let chunk: unknown[] = [];
  for await (const item of items) {
    if (isOver()) return;
    chunk.push(item);
    if (chunk.length < size) continue;
    send(chunk);
    chunk = [];
  }
  if (chunk.length > 0) send(chunk);
}
