/**
 * Programs that must compile, and lines that must not. Nothing runs this: `tsc` is the test, where an unused `@ts-expect-error` is an
 * error.
 */
import {
  Condition,
  current,
  type Future,
  type Guard,
  inline,
  isMain,
  Lock,
  Pool,
  Queue,
  RLock,
  RWLock,
  Semaphore,
  SharedArray,
  sleep,
  type Task,
  Thread,
  task,
  tasksFrom,
  type transfer,
  Value,
  type Worker,
} from "@heddle/node-threads";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
/** Compiles where the two types are the same one. */
const same = <A, B>(_: Equal<A, B>): void => {};

const add = task(import.meta, (a: number, b: number) => a + b);
const half = task(import.meta, async (a: number) => a / 2);
const optional = task(import.meta, (a?: number) => a ?? 0);
const pause = task(import.meta, () => sleep(1));
const greet = task(import.meta, async (queue: Queue<string>) => queue.put(`Hello from ${current().name}`));

export function tasks(): void {
  same<typeof add, Task<[a: number, b: number], number>>(true);
  same<typeof half, Task<[a: number], Promise<number>>>(true);
  const here: number = add(1, 2);
  const doubled = inline((n: number) => n * 2);
  same<typeof doubled, Task<[n: number], number>>(true);
  const isEntry: boolean = isMain(import.meta);
  // @ts-expect-error a task is called with what its function takes
  add("1", 2);
  // @ts-expect-error import.meta comes first
  task((a: number) => a);
  const floats = new Float64Array(3);
  same<Float64Array<ArrayBuffer>, ReturnType<typeof transfer<typeof floats>>>(true);
  void [here, isEntry];
}

export async function modules(pool: Pool): Promise<void> {
  interface Module {
    parse(text: string): Promise<{ ok: boolean }>;
    version: string;
  }
  const module = tasksFrom<Module>(new URL("./module.js", import.meta.url));
  same<keyof typeof module, "parse">(true);
  const isOk: boolean = (await pool.run(module.parse, "x")).ok;
  // @ts-expect-error not a function
  module.version;
  // @ts-expect-error no export of that name
  module.missing;
  void isOk;
}

export async function workers(queue: Queue<string>): Promise<void> {
  const worker = new Thread(greet, { args: [queue] }).start();
  same<typeof worker.result, Promise<void>>(true);
  new Thread(pause);
  new Thread(optional);
  new Thread(optional, { args: [1], name: "weaver", daemon: true });
  const halving: Worker<[a: number], Promise<number>> = new Thread(half, { args: [1] });
  same<typeof halving.result, Promise<number>>(true);
  // @ts-expect-error args are required
  new Thread(greet);
  // @ts-expect-error args are required among the options too
  new Thread(greet, { name: "weaver" });
  // @ts-expect-error wrong type of argument
  new Thread(greet, { args: [1] });
  // @ts-expect-error too many arguments
  new Thread(half, { args: [1, 2] });
  // @ts-expect-error a plain function is no task
  new Thread(() => 1);
}

export async function pools(pool: Pool): Promise<void> {
  const sum: number = await pool.run(add, 1, 2);
  const halved: number = await pool.run(half, 1);
  const running = pool.run(half, 1);
  same<typeof running, Promise<number>>(true);
  // @ts-expect-error the task's promise is not wrapped in another
  same<typeof running, Promise<Promise<number>>>(true);
  const future = pool.submit(half, [1], { signal: new AbortController().signal });
  same<typeof future, Future<number>>(true);
  const mapping = pool.map(half, new Set([1, 2]), { onProgress: (done, total) => [done, total] });
  same<typeof mapping, Promise<number[]>>(true);
  (await pool.run(doubling, 21)).toFixed();
  // @ts-expect-error wrong type of argument
  pool.run(add, "1", 2);
  // @ts-expect-error an argument is missing
  pool.run(add, 1);
  // @ts-expect-error wrong type of argument
  pool.submit(half, ["1"]);
  // @ts-expect-error arguments come as an array
  pool.submit(half, 1);
  // @ts-expect-error wrong type of item
  pool.map(half, ["1"]);
  // @ts-expect-error a task of two arguments maps nothing
  pool.map(add, [1]);
  // @ts-expect-error a plain function is no task
  pool.run((a: number) => a, 1);
  // @ts-expect-error no such option
  new Pool({ workers: 2 });
  void [sum, halved];
}
const doubling = inline((n: number) => n * 2);

export async function queues(): Promise<void> {
  const queue = new Queue<string>(5);
  await queue.put("text");
  const text: string = (await queue.get()).toUpperCase();
  const unknowns = new Queue();
  same<ReturnType<typeof unknowns.getNowait>, unknown>(true);
  // @ts-expect-error wrong type of item
  queue.put(1);
  // @ts-expect-error wrong type of item
  queue.putSync(Symbol("text"));
  // @ts-expect-error a blocked worker cannot see a signal abort
  queue.getSync({ signal: new AbortController().signal });
  const first = queue.tryGet();
  const second: string | number = queue.tryGet(0);
  same<typeof first, string | undefined>(true);
  same<ReturnType<typeof queue.tryPut>, boolean>(true);
  for (const item of queue.itemsSync({ timeout: 5 })) item.toUpperCase();
  for await (const item of queue.items({ signal: new AbortController().signal })) item.toUpperCase();
  // @ts-expect-error a blocked worker cannot see a signal abort
  queue.itemsSync({ signal: new AbortController().signal });
  // @ts-expect-error wrong type of item
  queue.tryPut(1);
  new Queue<string>({ maxSize: 3 });
  new Queue<string>({ maxSize: undefined });
  // @ts-expect-error no such option
  new Queue<string>({ maxsize: 3 });
  void [text, second];
}

export async function synchronisation(): Promise<void> {
  const lock = Lock.named("stdout");
  using guard = await lock.hold({ timeout: 10 });
  const condition = new Condition(new RLock());
  const five = new Semaphore(2).run(async () => 5);
  same<typeof five, Promise<number>>(true);
  const six: number = lock.runSync(() => 6, { timeout: 10 });
  const generic = <T>(fn: () => T): T => lock.runSync(fn);
  lock.runSync(() => {
    throw new Error("never");
  });
  // @ts-expect-error a promise is waited for by run
  lock.runSync(async () => 5);
  // @ts-expect-error a promise is waited for by runWrite
  new RWLock().runWriteSync(() => lock.acquire());
  // @ts-expect-error a promise is true
  condition.waitForSync(async () => false);
  same<ReturnType<typeof lock.tryHold>, Guard | undefined>(true);
  // @ts-expect-error milliseconds are a number
  lock.acquire({ timeout: "10" });
  // @ts-expect-error a condition is guarded by a lock
  new Condition(new Semaphore());
  void [guard, condition, six, generic];
}

export function sharedMemory(): void {
  const whole = new Value("i64", 5n);
  same<typeof whole.value, bigint>(true);
  whole.add(2n);
  const floats = new SharedArray("f64", 3);
  same<typeof floats.view, Float64Array>(true);
  // @ts-expect-error 64-bit integers are bigints
  new Value("i64", 5);
  // @ts-expect-error 32-bit integers are numbers
  new Value("i32").add(1n);
  // @ts-expect-error no such type
  new Value("f16");
  // @ts-expect-error items are of the array's type
  new SharedArray("u8", [1n]);
}
