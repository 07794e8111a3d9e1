/** `describe` and `it` as the suite knows them, over Deno.test. */

/** The ceiling for a hang, as in vitest.mjs. */
const LIMIT_MS = 30_000;

const path: string[] = [];

export function describe(name: string, body: () => void): void {
  path.push(name);
  body();
  path.pop();
}

export function it(name: string, body: () => void | Promise<void>, limit = LIMIT_MS): void {
  Deno.test({
    name: [...path, name].join(" > "),
    fn: () => within(limit, body),
    // Ports and timers that serve the whole program, such as the one that keeps it alive, come with the first test that needs them.
    // The suite looks for what a test leaves behind by itself.
    sanitizeOps: false,
    sanitizeResources: false,
  });
}

async function within(limit: number, body: () => void | Promise<void>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`The test did not end within ${limit} ms`)), limit);
  });
  try {
    await Promise.race([body(), tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
