/** Gives it back; with `failing`, thrown, as a property of an error. */
export function giveBack(value: unknown): unknown {
  return value;
}

export function failWithDetail(detail: unknown): never {
  throw Object.assign(new RangeError("a detail"), { detail });
}

let kept: unknown;

export function keep(value: unknown): void {
  kept = value;
}

/** Adds one to the first word of the shared memory that was kept. */
export const addToKept = (): number => Atomics.add(new Int32Array(kept as SharedArrayBuffer), 0, 1);

export const kindOfKept = (): unknown => (kept as { [Symbol.toStringTag]?: string })[Symbol.toStringTag];

/** A value that cannot be sent, made where it is given back: by a source, as it cannot be an argument. */
export const SOURCES = {
  function: () => () => 1,
  promise: () => Promise.resolve(1),
  map: () => new WeakMap(),
  proxy: () => new Proxy(new Map(), {}),
  formatter: () => new Intl.NumberFormat("en"),
  iterator: () => [1].values(),
} as const;
export type Source = keyof typeof SOURCES;

export const giveUnsendable = (source: Source): unknown => ({ deep: [SOURCES[source]()] });

/** Throws an error as libraries make them: with something within that cannot be sent. */
export function failAsLibrary(source: Source): never {
  const thing = SOURCES[source]();
  throw Object.assign(new RangeError("status 404"), {
    code: "ERR_STATUS",
    property: thing,
    list: { items: [1, thing] },
    map: new Map<unknown, unknown>([
      ["kept", 1],
      ["lost", thing],
    ]),
    set: new Set<unknown>(["kept", thing]),
    inner: new TypeError("inner", { cause: thing }),
  });
}

export function failWithHidden(): never {
  const error = Object.defineProperty(new Error("invalid"), "issues", {
    value: [{ path: ["a"] }],
    enumerable: false,
  });
  throw Object.assign(error, { cause: "seen", errors: [1] });
}

/** Sets the program's hook for stacks here, to one that gives what no stack is, and fails. */
export function failWithHook(hook: "array" | "nothing" | "throws"): never {
  setStackHook(hook);
  throw new TypeError("boom");
}

export function setStackHook(hook: "array" | "nothing" | "throws" | undefined): void {
  const hooks = {
    array: (_: unknown, sites: unknown) => sites,
    nothing: () => undefined,
    throws: () => {
      throw new Error("hook");
    },
  };
  Reflect.set(Error, "prepareStackTrace", hook === undefined ? undefined : hooks[hook]);
}

export function failOddly(how: "getter" | "proxy" | "revoked"): never {
  if (how === "getter") {
    throw Object.defineProperty(new RangeError("odd"), "data", {
      get: () => {
        throw new Error("not read");
      },
      enumerable: true,
    });
  }
  const { proxy, revoke } = Proxy.revocable({}, {});
  if (how === "revoked") revoke();
  else {
    throw new Proxy(new RangeError("odd"), {
      ownKeys() {
        throw new Error("not listed");
      },
    });
  }
  throw proxy;
}
