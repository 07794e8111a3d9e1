/** The tasks that every pool is given, as plain functions. */

export const add = (a, b) => a + b;

export const record = ({ id, name, tags }) => ({ id: id + 1, name: name.toUpperCase(), tags });

/** About 100 µs of computing. */
export function compute(rounds) {
  let x = 0;
  for (let i = 0; i < rounds; i++) x = Math.sqrt(x + i);
  return x;
}
