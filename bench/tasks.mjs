/** The tasks that every pool is given, as plain functions. */

export const add = (a, b) => a + b;

export const increment = (n) => n + 1;

export const incrementAll = (numbers) => numbers.map(increment);

export const record = ({ id, name, tags }) => ({ id: id + 1, name: name.toUpperCase(), tags });

export const echo = (value) => value;

export const byteLength = ({ byteLength }) => byteLength;

/** Something to compute: about 100 µs for 20,000 rounds. */
export function compute(rounds) {
  let x = 0;
  for (let i = 0; i < rounds; i++) x = Math.sqrt(x + i);
  return x;
}

/** Heddle's alone: what a queue carries from one worker to another. */
export function produce(queue, count, item) {
  for (let i = 0; i < count; i++) queue.putSync(item);
}

/** Takes as many, and returns how long that took once the first was there, in ms. */
export function consume(queue, count) {
  queue.getSync();
  const start = performance.now();
  for (let i = 1; i < count; i++) queue.getSync();
  return performance.now() - start;
}

/** Calls a function of another worker one time after another, and returns how long each call took, in µs. */
export async function callInTurn(call, count) {
  const times = [];
  for (let i = 0; i < count; i++) {
    const start = performance.now();
    await call(i, 1);
    times.push((performance.now() - start) * 1000);
  }
  return times;
}

export const nothing = () => undefined;
