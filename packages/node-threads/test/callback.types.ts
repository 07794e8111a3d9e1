/** As surface.types.ts, for callbacks. Nothing runs this: `tsc` is the test. */
import { type Callback, callback, type Pool, Queue, task } from "@heddle/node-threads";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
/** Compiles where the two types are the same one. */
const same = <A, B>(_: Equal<A, B>): void => {};

class Money {
  amount = 1;
  add(): void {}
}

const ask = task(import.meta, async (onProgress: Callback<[done: number], string>) => {
  const answer = await onProgress(1);
  same<typeof answer, string>(true);
  onProgress.post(1);
  // @ts-expect-error it takes a number
  onProgress.post("1");
  // @ts-expect-error it takes an argument
  await onProgress();
  return answer;
});

export async function callbacks(pool: Pool): Promise<void> {
  const made = callback(async (done: number) => `${done}`);
  same<typeof made, Callback<[done: number], Promise<string>>>(true);
  same<Awaited<ReturnType<typeof made>>, string>(true);
  await pool.run(ask, made as unknown as Callback<[number], string>);
  await pool.run(
    ask,
    callback((done: number) => `${done}`),
  );
  await pool.run(
    ask,
    // @ts-expect-error its result is another
    callback((done: number) => done),
  );
  // @ts-expect-error a function is no callback
  await pool.run(ask, (done: number) => `${done}`);
  // An instance of a class arrives without its methods.
  const money = await callback(() => new Money())();
  same<typeof money, { amount: number }>(true);
  // @ts-expect-error a function cannot be sent
  await callback((fn: () => void) => fn())(() => {});
  // It stays, within other things.
  const queue = new Queue<{ to: Callback<[number], void> }>();
  const { to } = await queue.get();
  same<typeof to, Callback<[number], void>>(true);
  using disposable = made;
  disposable.dispose();
  // @ts-expect-error a class is no function
  callback(Money);
}
