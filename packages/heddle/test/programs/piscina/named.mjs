export function add({ a, b }) {
  return a + b;
}

export async function multiply({ a, b }) {
  return a * b;
}
