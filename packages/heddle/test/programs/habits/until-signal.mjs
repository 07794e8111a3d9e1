// @ts-check
/** A program that waits for nothing but a signal of the system, whose handler sets an event of its own. */
const { Event } = await import(process.env.HEDDLE_LOOM ?? "heddle");

async function main() {
  const stop = new Event();
  const deno = /** @type {{ Deno?: { addSignalListener(signal: string, handler: () => void): void } }} */ (globalThis)
    .Deno;
  if (process.argv[2] === "own way" && deno !== undefined) deno.addSignalListener("SIGTERM", () => stop.set());
  else process.on("SIGTERM", () => stop.set());
  const stopped = stop.wait();
  // After Heddle's own look.
  process.once("beforeExit", () => process.kill(process.pid, "SIGTERM"));
  console.log(await stopped);
  process.exit();
}

void main();
