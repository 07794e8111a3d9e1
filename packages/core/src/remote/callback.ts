import type { Callback } from "../contracts/callback.js";
import { CallbackClosedError, DisposedError, WorkerCrashedError } from "../contracts/errors.js";
import { typeError } from "../contracts/wrong-use.js";
import { describe, isClass } from "../kernel/arguments.js";
import { Kind } from "../kernel/layout.js";
import { refuseToSend } from "../kernel/message/index.js";
import { isThenable } from "../kernel/promises.js";
import { showAs } from "../kernel/shown.js";
import { Mailbox } from "../queue/mailbox.js";
import type { AnyFunction } from "../task/definitions.js";
import { Caller } from "./caller.js";
import type { Calls } from "./calls.js";
import { Endpoint } from "./endpoint.js";
import { Server } from "./server.js";

/** The behaviour of a callback in this worker: its home, or another one. */
interface Side {
  readonly label: string;
  readonly isHome: boolean;
  call(args: unknown[]): Promise<unknown>;
  post(args: unknown[]): void;
  /** This worker's object is not to be used any more; whether it still has to hold its cell. */
  end(): boolean;
  /** It was put into a message. */
  onSent(): void;
}

type Own = Callback & { readonly [SIDE]: { side: Side } };

const SIDE = Symbol("side");

/** The callbacks of one worker: those that it made, and those that others did. */
export class Callbacks {
  readonly #calls: Calls;
  readonly #prototype: object;

  constructor(calls: Calls) {
    this.#calls = calls;
    const { kernel } = calls;
    this.#prototype = prototypeOf((own) => kernel.cells.dispose(own, own[SIDE].side.end()));
    Mailbox.define(kernel);
    kernel.cells.define(Kind.Endpoint, {
      proxy: (cell) => this.#elsewhere(cell),
      onSent: (own) => (own as Own)[SIDE].side.onSent(),
      onRelease: (cell) => Endpoint.onRelease(kernel, cell),
      destroy: (cell) => Endpoint.destroy(kernel, cell),
    });
  }

  make(fn: AnyFunction): Callback {
    if (typeof fn !== "function" || isClass(fn)) throw typeError(`callback needs a function, not ${describe(fn)}`);
    if (SIDE in fn) throw typeError("callback was given a callback, which can be sent as it is");
    const { kernel } = this.#calls;
    const name = fn.name === "" ? "callback" : fn.name;
    const cell = Endpoint.create(kernel, name.slice(0, MOST_NAME));
    const made = this.#object(name, fn.length);
    const endpoint = new Endpoint(kernel, cell);
    const { context } = this.#calls;
    const scope = context.get();
    // As its maker would call it: the current task is the one that made it.
    const apply = (args: unknown[]): unknown =>
      scope === undefined ? fn(...args) : context.run(scope, () => fn(...args));
    const server = new Server(this.#calls, endpoint, made, (_, args) => apply(args));
    made[SIDE].side = {
      label: `Callback ${name}`,
      isHome: true,
      call: async (args) => fn(...args),
      post: (args) => this.#postHere(fn, args),
      end: () => {
        server.close();
        return server.isRunning;
      },
      onSent: () => server.begin(),
    };
    kernel.cells.register(made, cell);
    return made;
  }

  #elsewhere(cell: number): Callback {
    const endpoint = new Endpoint(this.#calls.kernel, cell);
    const name = endpoint.about;
    const made = this.#object(name, 0);
    const label = `Callback ${name}`;
    const caller = new Caller(this.#calls, endpoint, made, {
      closed: () => new CallbackClosedError(`${label} was disposed of where it was made`),
      lost: () => new WorkerCrashedError(`${label} cannot be called: the worker that made it has ended`, {}),
    });
    made[SIDE].side = {
      label,
      isHome: false,
      call: (args) => caller.call("", args),
      post: (args) => caller.post("", args),
      end: () => {
        caller.end(() => disposed(label));
        this.#calls.ended(caller);
        return false;
      },
      onSent: () => {},
    };
    return made;
  }

  /** A function that does what its side says. */
  #object(name: string, length: number): Own {
    const own = { side: undefined as unknown as Side };
    const made = (...args: unknown[]): Promise<unknown> => own.side.call(args);
    Object.defineProperties(made, { name: { value: name }, length: { value: length }, [SIDE]: { value: own } });
    return Object.setPrototypeOf(made, this.#prototype) as Own;
  }

  #postHere(fn: AnyFunction, args: unknown[]): void {
    const report = (error: unknown): void => this.#calls.reportUncaught(error);
    try {
      const value = fn(...args);
      if (isThenable(value)) Promise.resolve(value).catch(report);
    } catch (error) {
      report(error);
    }
  }
}

/** Characters of a name that others are told. */
const MOST_NAME = 100;

const disposed = (label: string): DisposedError => new DisposedError(`${label} was disposed of in this worker`);

/** The side of a callback that was disposed of. */
const disposedSide = (label: string): Side => ({
  label,
  isHome: false,
  call: () => Promise.reject(disposed(label)),
  post: () => {
    throw disposed(label);
  },
  end: () => false,
  onSent: () => {},
});

/** The members of all callbacks of a worker. `dispose` lets go of the cell. */
function prototypeOf(dispose: (own: Own) => void): object {
  function end(this: Own): void {
    dispose(this);
    this[SIDE].side = disposedSide(this[SIDE].side.label);
  }
  const prototype = Object.create(Function.prototype, {
    post: {
      value: function post(this: Own, ...args: unknown[]): void {
        this[SIDE].side.post(args);
      },
    },
    dispose: { value: end },
    [Symbol.dispose]: { value: end },
    [Symbol.toStringTag]: { value: "Callback" },
    toString: {
      value(this: Own): string {
        return `[object ${this[SIDE].side.label}]`;
      },
    },
  });
  refuseToSend(prototype, "it was disposed of in this worker, or is of another adapter");
  showAs<Own>(
    prototype as Own,
    () => "Callback",
    (own) => ({ className: "Callback", name: own.name, state: { isHome: own[SIDE].side.isHome } }),
  );
  return prototype;
}
