/** How many GiB Bun takes for used: when a buffer has reserved one, and when it spans it, with nothing in it. */
const GIBIBYTE = 2 ** 30;

function inUse(): number {
  Bun.gc(true);
  return Math.floor(process.memoryUsage().external / GIBIBYTE);
}

const buffer = new SharedArrayBuffer(0, { maxByteLength: GIBIBYTE });
const reserved = inUse();
buffer.grow(GIBIBYTE);
console.log(reserved, inUse());
