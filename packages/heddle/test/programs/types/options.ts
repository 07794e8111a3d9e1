/** Options, where a property that is undefined is another thing than one that is not there. */
import {
  Barrier,
  type BarrierOptions,
  type ClassOptions,
  Event,
  Lock,
  type LockOptions,
  type MapOptions,
  Pool,
  type PoolOptions,
  type PriorityOptions,
  PriorityQueue,
  Queue,
  type ResourceLimits,
  type RunOptions,
  registerClass,
  type ShutdownOptions,
  type SleepOptions,
  type SyncWaitOptions,
  sleep,
  TaskGroup,
  type TaskGroupOptions,
  type TaskOptions,
  Thread,
  task,
  type WaitOptions,
  type WorkerOptions,
  type wait,
} from "@heddle/node-threads";

/** Options of callers that pass on their own options. */
type Undefined<T> = { [K in keyof Required<T>]: undefined };
type AllOf<T> = Undefined<T> extends T ? true : false;
const passes = <T>(_: AllOf<T>): void => {};
passes<BarrierOptions>(true);
passes<ClassOptions<object, unknown>>(true);
passes<LockOptions>(true);
passes<MapOptions>(true);
passes<PoolOptions>(true);
passes<PriorityOptions>(true);
passes<Exclude<ConstructorParameters<typeof Queue>[0], number | undefined>>(true);
passes<ResourceLimits>(true);
passes<RunOptions>(true);
passes<ShutdownOptions>(true);
passes<SleepOptions>(true);
passes<SyncWaitOptions>(true);
passes<TaskGroupOptions>(true);
passes<TaskOptions>(true);
passes<NonNullable<Parameters<typeof wait>[1]>>(true);
passes<WaitOptions>(true);
passes<WorkerOptions<[number]>>(true);

const learn = task(import.meta, (word: string, times?: number) => void [word, times], { name: "learn" });
const plain = task(import.meta, () => {}, { name: "plain" });
const maybe = task(import.meta, (n = 1) => n, { name: "maybe" });

export function pass(pool: Pool, given: { signal?: AbortSignal | undefined; timeout?: number | undefined }): void {
  const { signal, timeout } = given;
  void new Event().wait({ signal, timeout });
  new Queue<number>(1).getSync({ timeout });
  void new PriorityQueue<number>().put(1, { signal, timeout, priority: undefined });
  void sleep(1, { signal });
  void pool.submit(plain, [], { signal, timeout, grace: undefined, priority: undefined });
  void pool.map(maybe, [1], { signal, chunkSize: undefined, onProgress: undefined });
  new TaskGroup(pool, { signal });
  new Thread(plain, { signal, name: undefined, daemon: undefined, env: undefined, args: undefined });
  new Barrier(2, { action: undefined, timeout });
  Lock.named("options", { fair: undefined }).dispose();
  registerClass(class Any {}, { name: undefined });
}

export function initializers(options: PoolOptions): void {
  new Pool();
  new Pool(options);
  new Pool({ size: undefined, initializer: undefined });
  new Pool({ initializer: plain });
  new Pool({ initializer: maybe });
  new Pool({ initializer: maybe, initArgs: [1] });
  new Pool({ initializer: learn, initArgs: ["a"], finalizer: learn, finalizerArgs: ["b", 2] });
  // error: Property 'initArgs' is missing
  new Pool({ initializer: learn });
  // error: Property 'finalizerArgs' is missing
  new Pool({ finalizer: learn });
  // error: Type 'number' is not assignable to type 'string'
  new Pool({ initializer: learn, initArgs: [1] });
  // error: is not assignable to type
  new Pool({ initializer: learn, initArgs: "a" });
  // error: is not assignable to type
  new Pool({ initializer: learn, initArgs: ["a", 1, 2] });
  // error: is not assignable to type
  new Pool({ initArgs: [1] });
}
