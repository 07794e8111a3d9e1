/** Mistakes that people make first, and the compiler's messages about them. */
import { Barrier, Event, Lock, Pool, Queue, SharedArray, Thread, task, Value } from "@heddle/node-threads";

const add = task(import.meta, (a: number, b: number) => a + b, { name: "add" });
const count = task(import.meta, function* count(to: number) {
  for (let n = 0; n < to; n++) yield n;
});

export function mistakes(pool: Pool): void {
  // error: this is no task: make one of the function at the top level of its module, by task(import.meta, fn)
  pool.run((x: number) => x, 1);
  // error: this is no task: make one
  pool.map((x: number) => x * 2, [1, 2]);
  // error: this is no task: make one
  pool.submit(() => {}, []);
  // error: this is no task: make one
  pool.run("add", 1, 2);
  // error: this is no task: make one
  pool.run(add(1, 2));
  // error: this is no task: make one
  new Thread(() => 1);
  // error: this is no task: make one
  new Thread({ target: add, args: [1, 2] });
  // error: 'ref' is missing in type '() => void' but required in type 'Task<[], unknown>'
  new Pool({ initializer: () => {} });
  // error: options are an object: new Pool({ size: 4 })
  new Pool(4);
  // error: 'workers' does not exist in type
  new Pool({ workers: 4 });
  // error: Property 'args' is missing
  new Thread(add, [1, 2]);
  // error: Expected 2 arguments, but got 3
  new Thread(add, 1, 2);
  // error: 'kwargs' does not exist in type
  new Thread(add, { kwargs: { a: 1, b: 2 } });
  // error: Type 'string' is not assignable to type 'number'
  new Thread(add, { args: [1, "2"] });
  // error: For Python's i take i32
  new Value("i");
  // error: a type is i8, u8, i16, u16, i32, u32, i64, u64, f32 or f64
  new SharedArray("double", 10);
  // error: Did you mean to include 'new'?
  Value("i32", 5);
  // error: is not assignable to parameter of type 'number'
  new Value("i32", 5n);
  // error: map calls the task with one item: give each item all that it needs, or use run for several arguments
  pool.map(add, [[1, 2]]);
  // error: iterate wants the task of a generator function: use run for a single result
  pool.iterate(add, 1, 2);
  // error: AsyncIterableIterator<number>
  pool.iterate(count, 5) satisfies Promise<number>;
  // error: is not assignable to parameter of type 'readonly [a: number, b: number]'
  pool.submit(add, 1, 2);
  // error: 'Promise<number[]>' is not assignable to parameter of type
  pool.map(count, Promise.resolve([1]));
  // error: Type '100' has no properties in common with type 'WaitOptions'
  new Event().wait(100);
  // error: Type 'false' has no properties in common with type 'WaitOptions'
  new Lock().acquire(false);
  // error: Did you mean to write 'timeout'?
  new Lock().acquire({ timeOut: 5 });
  // error: Expected 0-1 arguments, but got 2
  new Queue().get(true, 1);
  // error: has no properties in common with type 'BarrierOptions'
  new Barrier(2, () => {});
}
