import type { Adapter, AsyncContext } from "../contracts/adapter.js";
import type { Backend, Bindings } from "./bindings.js";
import { type Flow, type InlineBase, InlineProgram, InlineWorker } from "./inline-worker.js";

/**
 * A backend without threads or processes. Each worker is a kernel of its own in front of the same region, and all of them take turns in
 * this thread. The flow of control tells which worker makes a call. A task that makes a lock or asks for `current` does so as the worker
 * that runs it.
 */
export function inlineBackend(base: InlineBase): Backend<Adapter> {
  const key = Symbol.for(`heddle ${base.name}`);
  const shared = globalThis as { [key: symbol]: Backend<Adapter> | undefined };
  shared[key] ??= new InlineBackend(base);
  return shared[key];
}

class InlineBackend implements Backend<Adapter> {
  readonly #context: AsyncContext;
  readonly #main: InlineWorker;
  readonly #bound = new Map<string, unknown>();

  constructor(base: InlineBase) {
    this.#context = base.context;
    this.#main = new InlineWorker(new InlineProgram(base));
    this.#main.start();
  }

  get<T>(name: string, make: (own: Bindings<Adapter>) => T): T {
    if (!this.#bound.has(name)) this.#bound.set(name, this.#bind(name, make));
    return this.#bound.get(name) as T;
  }

  #bind(name: string, make: (own: Bindings<Adapter>) => unknown): unknown {
    const mains = this.#main.bindings.get(name, make);
    if (typeof mains !== "function" || ALIKE.has(name)) return mains;
    const here = (): unknown => {
      const flow = this.#context.get() as Flow | undefined;
      return (flow?.worker ?? this.#main).bindings.get(name, make);
    };
    if (/^[A-Z]/.test(name)) return classOf(mains as Constructor, here as () => Constructor);
    return (...args: unknown[]) => (here() as (...args: unknown[]) => unknown)(...args);
  }
}

/** The functions that are the same for all of them, and look which worker has called. */
const ALIKE = new Set(["task", "isMain", "inline"]);

type Constructor = new (...args: unknown[]) => object;

/** A class whose objects are made by that of the worker that runs; all of them are instances of it. */
function classOf(mains: Constructor, here: () => Constructor): Constructor {
  // The classes that those of all workers extend; a class that knows no worker stands for itself.
  const parent: unknown = Object.getPrototypeOf(mains);
  const base =
    parent === Function.prototype || Object.hasOwn(mains, Symbol.hasInstance) ? mains : (parent as Constructor);
  function isInstance(this: unknown, value: unknown): boolean {
    return this === made ? value instanceof base : Function.prototype[Symbol.hasInstance].call(this, value);
  }
  // Not the class itself, whose own properties a proxy could not answer for.
  function target(): void {}
  target.prototype = mains.prototype;
  const made: Constructor = new Proxy(target as unknown as Constructor, {
    construct(_, args, newTarget) {
      const own = here();
      return Reflect.construct(own, args, newTarget === made ? own : newTarget);
    },
    // Without `new`: it says so.
    apply: (_, self, args) => Reflect.apply(here(), self, args),
    get(_, key) {
      if (key === Symbol.hasInstance) return isInstance;
      return key === "prototype" ? mains.prototype : Reflect.get(here(), key);
    },
  });
  return made;
}
