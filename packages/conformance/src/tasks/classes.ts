import type { Event, Surface } from "@heddle/core";

declare module "@heddle/core/contracts" {
  interface RegisteredClasses {
    Point: Point;
  }
}

export class Point {
  readonly x: number;
  readonly y: number;
  self?: Point;
  constructor(x: number, y: number) {
    this.x = x;
    this.y = y;
  }
  plus(other: Point): Point {
    return new Point(this.x + other.x, this.y + other.y);
  }
}

/** A subclass that nobody registers. */
export class Pixel extends Point {
  colour = "red";
}

/** Its fields are private: the value sent in its place refers to objects of its own, and to other instances. */
export class Purse {
  readonly #coins: Map<string, number>;
  readonly #within: Purse | undefined;

  constructor(coins: Map<string, number>, within?: Purse) {
    this.#coins = coins;
    this.#within = within;
  }

  static pack(purse: Purse): { coins: Map<string, number>; within: Purse | undefined } {
    return { coins: purse.#coins, within: purse.#within };
  }

  get total(): number {
    const own = [...this.#coins.values()].reduce((a, b) => a + b, 0);
    return own + (this.#within?.total ?? 0);
  }
}

export class TooFar extends RangeError {
  readonly by: number;
  constructor(by: number, options?: ErrorOptions) {
    super(`too far by ${by}`, options);
    this.by = by;
  }
}

/** Registers them with the adapter of that URL, as the top level of a module of its own would. */
export async function register(url: string): Promise<void> {
  const { registerClass } = (await import(url)) as Surface;
  registerClass(Point);
  registerClass(TooFar);
  registerClass(Purse, {
    name: "purse",
    pack: Purse.pack,
    unpack: ({ coins, within }) => new Purse(coins, within),
  });
}

export const double = (point: Point): Point => point.plus(point);

export function giveBack(value: unknown): unknown {
  return value;
}

export const totalOf = (purses: readonly Purse[]): number[] => purses.map(({ total }) => total);

export function goTooFar(by: number): never {
  throw new Error("lost", { cause: new TooFar(by, { cause: new Point(by, 0) }) });
}

class Here {
  n = 1;
}
class There {
  n = 2;
}

/** An error of a library, with instances of classes of which only this worker knows. */
async function errorWithOwn(url: string): Promise<Error> {
  const { registerClass } = (await import(url)) as Surface;
  const ours = (made: abstract new () => object): string => `${made.name} of a worker`;
  registerClass(Here, { name: ours(Here) });
  registerClass(There, { name: ours(There), pack: ({ n }) => ({ n }), unpack: () => new There() });
  const lists = { list: [1, new Here(), new There()], map: new Map([[1, new There()]]) };
  return Object.assign(new RangeError("lost there"), { code: 7, here: new Here(), there: new There(), ...lists });
}

export async function failWithOwn(url: string): Promise<never> {
  throw await errorWithOwn(url);
}

/** Gives its argument, or instead of `there` an instance of a class that only this worker knows; or fails, for `fail`. */
export async function giveOwn([what, url]: readonly [what: string | number, url: string]): Promise<unknown> {
  const { here, there } = (await errorWithOwn(url)) as Error & { here: Here; there: There };
  if (what === "fail") return await failWithOwn(url);
  if (what === "here") return { at: [here] };
  return what === "there" ? there : what;
}

export async function failWithOwnLater(url: string): Promise<void> {
  const error = await errorWithOwn(url);
  setTimeout(() => {
    throw error;
  });
}

const shownOf = (reason: object): unknown[] => [
  Reflect.get(reason, "message"),
  Reflect.get(reason, "code"),
  "at" in reason,
];

/** Gives the reason for which it is asked to stop. */
export async function reasonOf(url: string, started: Event): Promise<unknown[]> {
  const { current } = (await import(url)) as Surface;
  const { signal } = current();
  const reason = new Promise<object>((resolve) =>
    signal.addEventListener("abort", () => resolve(signal.reason as object)),
  );
  started.set();
  return shownOf(await reason);
}

/** As {@link reasonOf}, while its event loop stands still. */
export async function reasonOfAsked(url: string, started: Event): Promise<unknown[]> {
  const { current } = (await import(url)) as Surface;
  started.set();
  for (;;) if (current().isCancelled) return shownOf(current().signal.reason as object);
}
