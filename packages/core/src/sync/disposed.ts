import { DisposedError } from "../contracts/errors.js";
import { refuseToSend } from "../kernel/message/refusal.js";

/** The parts that a disposed object still has: its kind, and that it may be disposed of again. */
const KEPT: ReadonlySet<string | symbol> = new Set([
  "constructor",
  "toJSON",
  "toString",
  Symbol.toPrimitive,
  Symbol.toStringTag,
  Symbol.for("nodejs.util.inspect.custom"),
]);

const prototypes = new WeakMap<object, object>();
const disposedPrototypes = new WeakSet<object>();

export const isDisposed = (object: object): boolean => disposedPrototypes.has(Reflect.getPrototypeOf(object) as object);

/**
 * The prototype of objects of that prototype which have been disposed of: everything that it and those above have, up to `root`, throws
 * DisposedError. So that whether an object is disposed of is asked by nobody, at no cost.
 */
export function disposedPrototypeOf(prototype: object, root: object): object {
  const known = prototypes.get(prototype);
  if (known !== undefined) return known;
  const disposed: object = Object.create(prototype);
  for (let level: object | null = prototype; level !== null && level !== root; level = Reflect.getPrototypeOf(level)) {
    for (const key of Reflect.ownKeys(level)) {
      if (!KEPT.has(key)) Object.defineProperty(disposed, key, { get: refuse, set: refuse, configurable: true });
    }
  }
  const doNothing = { value: () => {}, configurable: true };
  refuseToSend(disposed, "it was disposed of in this worker");
  Object.defineProperties(disposed, { dispose: doNothing, [Symbol.dispose]: doNothing });
  prototypes.set(prototype, disposed);
  disposedPrototypes.add(disposed);
  return disposed;
}

function refuse(this: object): never {
  throw disposedErrorOf(this);
}

export const disposedErrorOf = (object: object): DisposedError =>
  new DisposedError(
    `${Object.prototype.toString.call(object).slice("[object ".length, -1)} was disposed of in this worker`,
  );
