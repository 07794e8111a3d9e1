const FUNCTIONS = [
  "setTimeout",
  "clearTimeout",
  "setInterval",
  "clearInterval",
  "setImmediate",
  "clearImmediate",
  "queueMicrotask",
] as const;

/** While `act` lasts, no global timer fires and no clock goes on, as with fake timers of a test framework that nobody advances. */
export async function withStoppedClock(act: () => Promise<void>): Promise<void> {
  const scope = globalThis as unknown as Record<string, unknown>;
  const real = FUNCTIONS.map((name) => scope[name]);
  const descriptor = Object.getOwnPropertyDescriptor(globalThis, "performance") as PropertyDescriptor;
  const { performance } = globalThis;
  const now = Object.getOwnPropertyDescriptor(performance, "now");
  const dateNow = Date.now;
  for (const name of FUNCTIONS) scope[name] = () => 0;
  Date.now = () => 0;
  // Some replace the object, others its method.
  Object.defineProperty(performance, "now", { configurable: true, value: () => 0 });
  Object.defineProperty(globalThis, "performance", { configurable: true, value: { timeOrigin: 0, now: () => 0 } });
  try {
    await act();
  } finally {
    Object.defineProperty(globalThis, "performance", descriptor);
    if (now === undefined) Reflect.deleteProperty(performance, "now");
    else Object.defineProperty(performance, "now", now);
    Date.now = dateNow;
    for (const [n, name] of FUNCTIONS.entries()) scope[name] = real[n];
  }
}
