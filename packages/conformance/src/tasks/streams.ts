import type { Event, Surface, Value } from "@heddle/core";

export interface Gated {
  readonly n: number;
  readonly started: Event;
  readonly go: Event;
}

/** Says that it runs, and gives its number once it is let go. */
export async function gated({ n, started, go }: Gated): Promise<number> {
  started.set();
  await go.wait();
  return n;
}

export interface Heeding {
  readonly adapter: string;
  readonly started: Event;
  readonly stopped: Event;
}

/** Runs until it is asked to stop, then says so and throws the reason. */
export async function heed({ adapter, started, stopped }: Heeding): Promise<void> {
  const { current, sleep }: Surface = await import(adapter);
  started.set();
  try {
    await sleep(Number.POSITIVE_INFINITY, { signal: current().signal });
  } finally {
    stopped.set();
  }
}

export interface Act {
  readonly give?: unknown;
  readonly heed?: Heeding;
  readonly add?: Value<"i32">;
}

/** One of several things, as its item says. */
export async function act({ give, heed: heeding, add }: Act): Promise<unknown> {
  add?.add(1);
  return heeding === undefined ? give : heed(heeding);
}

/** Asked to stop, it fails for a reason of its own. */
export async function failWhenAsked(heeding: Heeding, message: string): Promise<void> {
  await heed(heeding).catch(() => {});
  throw new Error(message);
}

export const throwIt = ([thrown]: readonly unknown[]): never => {
  throw thrown;
};

export function* count(to: number): Generator<number> {
  for (let n = 0; n < to; n++) yield n;
}

export async function* countSlowly(to: number): AsyncGenerator<number> {
  for (let n = 0; n < to; n++) {
    await new Promise<void>((resolve) => setImmediate(resolve));
    yield n;
  }
}

export const countLater = async (to: number): Promise<number[]> => [...count(to)];

/** Never awaits, and never ends by itself; `lead` is how far it was ahead of `read` at most. */
export function* endless(
  stopped: Event,
  made: Value<"i32">,
  read: Value<"i32">,
  lead: Value<"i32">,
): Generator<number> {
  try {
    for (;;) {
      const n = made.add(1);
      lead.value = Math.max(lead.value, n + 1 - read.value);
      yield n;
    }
  } finally {
    stopped.set();
  }
}

/** Blocks its worker before the second value, and never awaits. */
export function* blockAfterOne(go: Event, made: Value<"i32">): Generator<number> {
  for (;;) {
    yield made.add(1);
    go.waitSync();
  }
}

/** Yields one value, and then waits until it is asked to stop. */
export async function* waitAfterOne(adapter: string, started: Event, stopped: Event): AsyncGenerator<number> {
  yield 1;
  await heed({ adapter, started, stopped });
}

export function* failAfter(to: number, thrown: unknown): Generator<number> {
  yield* count(to);
  throw thrown;
}

export function* exitAfter(to: number): Generator<number> {
  yield* count(to);
  process.exit(3);
}

export function* yieldFunction(stopped: Event): Generator<unknown> {
  try {
    yield 1;
    yield () => 2;
  } finally {
    stopped.set();
  }
}

export function* failLeaving(): Generator<number> {
  try {
    yield* count(1000);
  } finally {
    // biome-ignore lint/correctness/noUnsafeFinally: this is what is put to the test.
    throw new Error("on its way out");
  }
}
