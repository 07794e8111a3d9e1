/** How an object is printed or written as JSON: its class, its name if it has one, and its state. */
export interface Shown {
  readonly className: string;
  readonly name: string | undefined;
  readonly state: Readonly<Record<string, unknown>>;
}

type Inspect = (value: unknown, options?: object) => string;

/** Node's and Bun's way to ask an object how it is printed, and Deno's: https://nodejs.org/api/util.html#utilinspectcustom */
const NODE = Symbol.for("nodejs.util.inspect.custom");
const DENO = Symbol.for("Deno.customInspect");

/**
 * Has a class's instances printed in a line, such as `Lock "stdout" { locked: true, waiting: 2 }`, and written by JSON.stringify as
 * `{"object":"Lock","name":"stdout",…}`. `tell` must neither wait nor take a latch; if it throws, the class and its name are all there is.
 */
export function showAs<T extends object>(
  prototype: T,
  className: (object: T) => string,
  tell: (object: T) => Shown,
): void {
  const shown = (object: T): Shown => {
    try {
      return tell(object);
    } catch {
      // Of the prototype itself, or of an object whose memory is gone.
      return { className: className(object), name: undefined, state: {} };
    }
  };
  define(prototype, "toJSON", function toJSON(this: T) {
    const { className, name, state } = shown(this);
    const texts = Object.entries(state).map(([key, value]) => [key, typeof value === "bigint" ? String(value) : value]);
    return { object: className, ...(name === undefined ? {} : { name }), ...Object.fromEntries(texts) };
  });
  define(prototype, NODE, function inspect(this: T, depth: number, options: object, inspectNow?: Inspect) {
    return text(shown(this), depth < 0, (value) => inspectNow?.(value, options) ?? JSON.stringify(value));
  });
  define(prototype, DENO, function inspect(this: T, inspectNow: Inspect, options: object) {
    return text(shown(this), false, (value) => inspectNow(value, options));
  });
}

function text({ className, name, state }: Shown, isShort: boolean, inspect: (value: unknown) => string): string {
  const head = name === undefined ? className : `${className} ${JSON.stringify(name)}`;
  return isShort ? `[${head}]` : `${head} ${inspect(state)}`;
}

const define = (prototype: object, key: PropertyKey, value: unknown): void => {
  Object.defineProperty(prototype, key, { value, writable: true, configurable: true });
};
