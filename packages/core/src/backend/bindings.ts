import type { KernelAdapter } from "../contracts/adapter.js";
import { WorkerStateError } from "../contracts/errors.js";
import { markAsOurs, nameFrames, writeReplacedStacks } from "../contracts/frames.js";
import { typeError } from "../contracts/wrong-use.js";
import { Kernel } from "../kernel/kernel.js";
import type { TaskRegistry } from "../task/registry.js";
import type { Boot } from "../worker/boot.js";
import { type Arity, restrict } from "./arity.js";
import { VERSION } from "./version.js";

/** The values to which the names of the surface are bound. */
export interface Backend<A extends KernelAdapter = KernelAdapter> {
  /** The result of `make` for the worker that asks: it is called once a worker. */
  get<T>(name: string, make: (own: Bindings<A>) => T): T;
}

/** One worker's part of an adapter's surface, made by any copy of the adapter. */
interface Made {
  /** The first copy's, which has made the kernel. */
  readonly adapter: KernelAdapter;
  readonly version: string;
  readonly parts: Map<string, unknown>;
}

/**
 * One worker's part of the surface. Each part is made when it is first asked for: a bundler takes in what a program imports, and what that
 * needs ([ADR 0044](docs/adr/0044-what-a-bundle-takes.md)).
 *
 * A worker may have several copies of the adapter: from another `node_modules`, its half for `require`, within a bundle. They must not make
 * a second region, or do the worker's job twice. So all of them use what the first has made, and what that did not take along, another
 * of the same version makes.
 */
export class Bindings<A extends KernelAdapter = KernelAdapter> implements Backend<A> {
  /** This copy's. */
  readonly adapter: A;
  /** The tasks of all workers of a thread, where these share one. */
  readonly sharedTasks: TaskRegistry | undefined;
  readonly #made: Made;

  constructor(adapter: A, made = noneMade(adapter), sharedTasks?: TaskRegistry) {
    this.adapter = adapter;
    this.#made = made;
    this.sharedTasks = sharedTasks;
    if (adapter.host.losesUnreadErrors === true) writeReplacedStacks();
    if (adapter.host.skipsUnnamedFrames === true) nameFrames();
    markAsOurs((import.meta as { url?: string }).url, adapter.url);
  }

  get<T>(name: string, make: (own: Bindings<A>) => T): T {
    const { parts, version } = this.#made;
    if (!parts.has(name)) {
      if (version !== VERSION) throw this.#otherVersion(name);
      parts.set(name, make(this));
    }
    return parts.get(name) as T;
  }

  get boot(): Boot | undefined {
    return this.#made.adapter.creator?.boot as Boot | undefined;
  }

  get kernel(): Kernel {
    return this.get("kernel", () => new Kernel(this.#made.adapter, this.boot));
  }

  #otherVersion(name: string): WorkerStateError {
    const { name: adapter } = this.adapter;
    return new WorkerStateError(
      `This program has two versions of ${adapter}, ${this.#made.version} in a bundle without ${name}, and ${VERSION}: ` +
        "bring them to one version, or mark Heddle's packages as external in that bundle",
    );
  }
}

const noneMade = (adapter: KernelAdapter): Made => ({ adapter, version: VERSION, parts: new Map() });

/** The bindings of an adapter in this worker. */
export function bindingsOf<A extends KernelAdapter>(adapter: A): Bindings<A> {
  const key = Symbol.for(`heddle ${adapter.name}`);
  const shared = globalThis as { [key: symbol]: Made | undefined };
  shared[key] ??= noneMade(adapter);
  return new Bindings(adapter, shared[key]);
}

/**
 * A class under the name by which it is exported, which a minifier would have shortened, whose methods take what `arity` says. A call without
 * `new` is refused by that name: the runtime's own error has the bundler's name of the class.
 */
export function exportedAs<T extends { readonly prototype: object }>(
  name: string,
  made: T,
  arity: Arity,
  advice = `write new ${name}(…)`,
): T {
  const itself = made as unknown as NewableFunction;
  const called = function (...given: unknown[]): object {
    if (new.target === undefined) throw typeError(`${name} is a class: ${advice}`);
    // V8 makes a hidden class for each object of a function that is no class: a class has one for all.
    return Reflect.construct(itself, given, new.target === called ? itself : new.target);
  };
  const { prototype, ...own } = Object.getOwnPropertyDescriptors(itself);
  Object.defineProperties(called, { ...own, name: { value: name } });
  called.prototype = made.prototype;
  Object.defineProperty(made.prototype, "constructor", { value: called, writable: true, configurable: true });
  Object.setPrototypeOf(called, Object.getPrototypeOf(made));
  return restrict(called as unknown as T, name, arity);
}
