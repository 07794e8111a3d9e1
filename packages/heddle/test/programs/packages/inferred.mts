// Exports without a type of their own, of everything that Heddle makes: the compiler writes their types.
import {
  adapter,
  asCompleted,
  availableParallelism,
  Barrier,
  BoundedSemaphore,
  Condition,
  current,
  Event,
  inline,
  LifoQueue,
  Lock,
  Pool,
  PriorityQueue,
  pipe,
  Queue,
  RLock,
  RWLock,
  Semaphore,
  SharedArray,
  sleep,
  TaskGroup,
  Thread,
  task,
  tasksFrom,
  transfer,
  usage,
  Value,
  wait,
} from "@heddle/node-threads";
export const pool = new Pool({ size: 1 });
export const add = task(import.meta, function add(a: number, b: number) {
  return a + b;
});
export const lock = new Lock();
export const rlock = new RLock();
export const rw = new RWLock();
export const queue = new Queue<number>();
export const lifo = new LifoQueue<number>();
export const prio = new PriorityQueue<number>();
export const value = new Value("i32");
export const array = new SharedArray("u8", 3);
export const barrier = new Barrier(2);
export const condition = new Condition();
export const event = new Event();
export const semaphore = new Semaphore(1);
export const bounded = new BoundedSemaphore(1);
export const group = new TaskGroup(pool);
export const thread = new Thread(add, { args: [1, 2] });
export const future = pool.submit(add, [1, 2]);
export const waited = wait([future]);
export const completed = asCompleted([future]);
export const increment = inline((a: number) => a + 1);
export const mapped = pool.map(increment, [1, 2]);
export const ends = pipe<number>();
export const me = current();
export const stats = pool.stats;
export const used = usage();
export const tasks = tasksFrom<typeof import("node:path")>("node:path");
export const guard = lock.hold();
export const which = adapter;
export const L = Lock,
  P = Pool,
  T = Thread,
  Q = Queue,
  V = Value,
  S = SharedArray,
  G = TaskGroup;
export const make = () => new Pool();
export class Service {
  readonly pool = new Pool();
  readonly queue = Queue.named<string>("q");
}
export { availableParallelism, sleep, transfer };
export const how = task;
