/** What a worker of `contention.mjs` does. Works once all are there, and says when it has ended. */
const work = async ({ ready, go, ended }, act) => {
  ready.release();
  await go.wait();
  await act();
  await ended.put(performance.timeOrigin + performance.now());
};

export const acquireAndRelease = (start, lock, n, isSync) =>
  work(start, async () => {
    for (let i = 0; i < n; i++) {
      if (isSync) lock.acquireSync();
      else await lock.acquire();
      lock.release();
    }
  });

/** One in ten writes. */
export const readAndWrite = (start, lock, n) =>
  work(start, async () => {
    for (let i = 0; i < n; i++) (i % 10 === 0 ? lock.holdWriteSync() : lock.holdReadSync()).release();
  });

export const put = (start, queue, n) =>
  work(start, async () => {
    for (let i = 0; i < n; i++) queue.putSync(i);
  });

export const get = (start, queue, n) =>
  work(start, async () => {
    for (let i = 0; i < n; i++) queue.getSync();
  });
