import type { Event, Queue, SharedArray, Surface } from "@heddle/core";

type Bytes = SharedArray<"u8">;

/** An error as libraries make them: within it are functions, a buffer that is nobody's to send, and views of buffers. */
export const libraryError = (bytes: Bytes): Error =>
  Object.assign(new RangeError("status 404", { cause: new TypeError("inner", { cause: () => 1 }) }), {
    code: "ERR_STATUS",
    list: ["kept", () => 1, bytes.view.buffer],
    map: new Map<unknown, unknown>([
      ["kept", 1],
      ["function", () => 1],
      ["buffer", bytes.view.buffer],
      [() => 1, "key"],
    ]),
    set: new Set<unknown>(["kept", () => 1, new DataView(bytes.view.buffer)]),
    view: new DataView(bytes.view.buffer),
    foreign: new Uint8Array(new SharedArrayBuffer(4)),
    odd: Object.defineProperty({}, "read", {
      get() {
        throw new Error("not read");
      },
      enumerable: true,
    }),
  });

export const failAsLibrary = (bytes: Bytes): never => {
  throw libraryError(bytes);
};

export async function failAsLibraryLater(bytes: Bytes): Promise<void> {
  setTimeout(() => failAsLibrary(bytes));
  await new Promise(() => {});
}

/** Returns, and leaves the error to come when `go` is set. */
export function leaveLibraryError(bytes: Bytes, go: Event): void {
  void go.wait().then(() => failAsLibrary(bytes));
}

export function* yieldAndFailAsLibrary(bytes: Bytes): Generator<number> {
  yield 1;
  failAsLibrary(bytes);
}

export const settleAsLibrary = async (bytes: Bytes): Promise<unknown> =>
  (await Promise.allSettled([Promise.reject(libraryError(bytes))]))[0];

/** An error that is its own cause, and that nothing catches. */
export async function failInACircle(): Promise<void> {
  setTimeout(() => {
    const error = new RangeError("round");
    throw Object.assign(error, { cause: error, errors: [error] });
  });
  await new Promise(() => {});
}

/** The buffer of a SharedArray, in a value. */
export const giveBuffer = (bytes: Bytes): unknown => ({ deep: [bytes.view.buffer] });

/** Gives its argument back, or instead of a name something that cannot be sent. */
export function giveUnsendable(what: unknown): unknown {
  if (what === "function") return () => 1;
  return what === "getter" ? failsToRead() : what;
}

/** An object whose getter throws. */
export const failsToRead = (): object => ({
  get it(): never {
    throw new RangeError("not read");
  },
});

export const giveBufferOf = (bytes: Bytes | undefined): unknown => bytes && giveBuffer(bytes);

export function* yieldBuffer(bytes: Bytes): Generator<unknown> {
  yield giveBuffer(bytes);
}

export function* yieldIt(value: unknown): Generator<unknown> {
  yield value;
}

/** Puts it in a queue; the path of the error. */
export const putBuffer = async (bytes: Bytes, queue: Queue<unknown>): Promise<string> =>
  queue.put(giveBuffer(bytes)).then(
    () => "put",
    (error: Error & { path: string }) => error.path,
  );

/** A value whose getter throws something odd, or something odd itself. */
export function giveOddly(how: "nothing" | "proxy" | "thenable" | "throws"): unknown {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  const throwing = (key: string, thrown: unknown): object => {
    const get = (): never => {
      throw thrown;
    };
    return Object.defineProperty({}, key, { get, enumerable: true });
  };
  if (how === "throws") throw proxy;
  return how === "thenable" ? throwing("then", proxy) : throwing("read", how === "proxy" ? proxy : undefined);
}

/** Waits until it is asked to stop, and puts the reason in a queue. */
export async function putReason(adapter: string, started: Event, reasons: Queue<unknown>): Promise<void> {
  const { current }: Surface = await import(adapter);
  const { signal } = current();
  started.set();
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
  await reasons.put(signal.reason);
}

export const putReasonOf = (args: readonly [string, Event, Queue<unknown>]): Promise<void> => putReason(...args);
