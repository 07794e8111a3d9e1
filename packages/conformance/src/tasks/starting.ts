import type { Event, Surface, Value } from "@heddle/core";

/** The steps of the start of another worker at which a worker can be held. */
export const STEPS = [
  "packs the arguments",
  "is about to spawn",
  "is about to make a pool",
  "waits for a pool's worker",
] as const;

/** Says that it has come here, and goes on once it may. It does not look up: it is held within a start, at a step of the test's choice. */
export function hold(begun: Event, go: Value<"i32">): void {
  begun.set();
  while (go.value === 0);
}

/** Starts a worker, or a pool and its worker. Its start is held at a step until it may go on. It never settles. */
export async function startAnother(
  adapter: string,
  step: (typeof STEPS)[number],
  begun: Event,
  go: Value<"i32">,
): Promise<void> {
  const { Pool, Worker, tasksFrom }: Surface = await import(adapter);
  const here = tasksFrom<{ hold: typeof hold; idle: typeof idle }>(import.meta.url);
  let looks = 0;
  const env = {
    get HELD() {
      // The first look is the check of the option, before the worker is made.
      if (looks++ > 0) hold(begun, go);
      return "";
    },
  };
  const argument = {
    get held() {
      hold(begun, go);
      return 1;
    },
  };
  if (step === "packs the arguments") new Worker(here.idle, { args: [argument] }).start();
  if (step === "is about to spawn") new Worker(here.idle, { env }).start();
  if (step === "is about to make a pool") hold(begun, go);
  const pool =
    step === "waits for a pool's worker"
      ? new Pool({ size: 2, initializer: here.hold, initArgs: [begun, go] })
      : new Pool({ size: 2 });
  for (;;) await pool.run(here.idle);
}

export const idle = (_held?: unknown): void => {};
