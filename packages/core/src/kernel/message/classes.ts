import type { ClassOptions } from "../../contracts/classes.js";
import { ClassNotFoundError } from "../../contracts/errors.js";
import { typeError } from "../../contracts/wrong-use.js";
import { checkOptions, describe } from "../arguments.js";
import { clock } from "../clock.js";

/** A class of the program's own whose instances arrive as such. */
export interface RegisteredClass {
  readonly name: string;
  readonly prototype: object;
  readonly pack: ((instance: object) => unknown) | undefined;
  readonly unpack: ((packed: unknown) => object) | undefined;
}

interface Entry extends RegisteredClass {
  /** It was registered in an earlier turn of the event loop. So a class of the same name comes from a module that was evaluated again. */
  isSettled: boolean;
}

const byName = new Map<string, Entry>();
const byPrototype = new Map<object, Entry>();

type AnyClass = abstract new (...args: never[]) => object;

/** See the contract. */
export function registerClass<T extends object, P>(
  registered: abstract new (...args: never[]) => T,
  options: ClassOptions<T, P> = {},
): void {
  const prototype = prototypeOf(registered);
  checkOptions(options, "registerClass", ["name", "pack", "unpack"]);
  const { name = registered.name, pack, unpack } = options;
  if (typeof name !== "string" || name === "") {
    throw typeError("registerClass needs a name for a class that has none: registerClass(Class, { name })");
  }
  if ((pack === undefined) !== (unpack === undefined)) {
    throw typeError(`registerClass of ${name} needs both pack and unpack, or neither`);
  }
  if (pack === undefined && hasPrivateFields(registered)) {
    throw typeError(
      `registerClass cannot see the private fields of ${name}: give it pack and unpack, which say what of them is sent`,
    );
  }
  const known = byName.get(name);
  if (known !== undefined && known.prototype !== prototype && !known.isSettled) {
    throw typeError(`registerClass was given two classes named ${name}: give one of them another name`);
  }
  if (known !== undefined) byPrototype.delete(known.prototype);
  const entry: Entry = {
    name,
    prototype,
    pack: pack as RegisteredClass["pack"],
    unpack: unpack as RegisteredClass["unpack"],
    isSettled: false,
  };
  byName.set(name, entry);
  byPrototype.set(prototype, entry);
  clock.setTimeout(() => {
    entry.isSettled = true;
  }, 0);
}

function prototypeOf(registered: AnyClass): object {
  const prototype: unknown = typeof registered === "function" ? registered.prototype : undefined;
  if (typeof prototype === "object" && prototype !== null && prototype !== Object.prototype) return prototype;
  throw typeError(`registerClass needs a class, not ${describe(registered)}`);
}

/** Whether the class's text uses a private name of its own. */
const hasPrivateFields = (registered: AnyClass): boolean =>
  /\bthis\.#[\w$]/.test(Function.prototype.toString.call(registered));

/** The class that an object is an instance of, itself and not by way of a subclass, if that is registered. */
export function registeredOf(value: object): RegisteredClass | undefined {
  if (byPrototype.size === 0) return undefined;
  try {
    return byPrototype.get(Object.getPrototypeOf(value));
  } catch {
    // A Proxy that was revoked.
    return undefined;
  }
}

export const registeredAs = (name: string): RegisteredClass | undefined => byName.get(name);

/** Throws ClassNotFoundError if there is none. */
export function classNamed(name: string): RegisteredClass {
  const found = registeredAs(name);
  if (found !== undefined) return found;
  throw new ClassNotFoundError(
    `An instance of the class ${name} has arrived where no class of that name is registered: import the module there that calls ` +
      "registerClass at its top level",
  );
}
