/**
 * What a worker of `contention.mjs` does. It first does `warm` of its pairs on an object of its own, so that they are compiled. It works once
 * all are there, and says when it has ended.
 */
const work = async ({ ready, go, ended, warm }, own, n, act) => {
  if (warm > 0) await act(own(), warm);
  ready.release();
  await go.wait();
  await act(undefined, n);
  await ended.put(performance.timeOrigin + performance.now());
};

/** An object of the same class. */
const another = (object, ...args) => Reflect.construct(Object.getPrototypeOf(object).constructor, args);

export const acquireAndRelease = (start, given, n, isSync) =>
  work(
    start,
    () => another(given),
    n,
    async (lock = given, pairs) => {
      for (let i = 0; i < pairs; i++) {
        if (isSync) lock.acquireSync();
        else await lock.acquire();
        lock.release();
      }
    },
  );

/** One in ten writes. */
export const readAndWrite = (start, given, n, isSync) =>
  work(
    start,
    () => another(given),
    n,
    async (lock = given, pairs) => {
      for (let i = 0; i < pairs; i++) {
        if (isSync) (i % 10 === 0 ? lock.holdWriteSync() : lock.holdReadSync()).release();
        else (await (i % 10 === 0 ? lock.holdWrite() : lock.holdRead())).release();
      }
    },
  );

const WARM = 64;

async function puts(queue, n, isSync) {
  for (let i = 0; i < n; i++) {
    if (isSync) queue.putSync(i);
    else await queue.put(i);
  }
}

async function gets(queue, n, isSync) {
  for (let i = 0; i < n; i++) {
    if (isSync) queue.getSync();
    else await queue.get();
  }
}

/** Some at a time, as many as its bound. */
async function both(queue, n, isSync) {
  for (let i = 0; i < n; i += WARM) {
    await puts(queue, WARM, isSync);
    await gets(queue, WARM, isSync);
  }
}

const through = (act) => (start, given, n, isSync) =>
  work(
    start,
    () => another(given, WARM),
    n,
    (queue, items) => (queue === undefined ? act(given, items, isSync) : both(queue, items, isSync)),
  );

export const put = through(puts);

export const get = through(gets);
