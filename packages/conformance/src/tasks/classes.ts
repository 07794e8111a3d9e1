import type { Surface } from "@heddle/core";

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
