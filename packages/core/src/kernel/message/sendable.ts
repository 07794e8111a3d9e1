import { warnOnce } from "../warnings.js";
import { structuredClone } from "../web.js";
import { brandOf, builtInTag, IMPOSTOR, inherits, isError, usualBrandOf } from "./brands.js";
import type { PackOptions } from "./pack-options.js";
import { REASON } from "./refusal.js";
import { isSurelyObject } from "./shapes.js";

/** How an object travels: as a plain object, as one of a kind, beside the text by postMessage, or not at all. */
export type SendMode = { readonly as: "object" | "posted" | "moved" } | { readonly brand: string } | Refusal;

interface Refusal {
  readonly unsendable: string;
}

/** The advice instead of sending it, by the name of its kind. */
const ADVICE: ReadonlyMap<string, string> = new Map([
  ["Promise", "await it and send what it gives"],
  ["WeakMap", "send a Map"],
  ["WeakSet", "send a Set"],
  ["WeakRef", "send what it refers to"],
  ["Iterator", "send an array of its items; a task that yields is called by pool.iterate"],
  ["AsyncIterator", "put what it yields into a Queue; a task that yields is called by pool.iterate"],
  ["URL", "send url.href"],
  ["URLSearchParams", "send its toString()"],
  ["Headers", "send Object.fromEntries(headers)"],
  ["Request", "send its url and what else you need of it"],
  ["Response", "read its body and send that"],
  ["FormData", "send Object.fromEntries(formData)"],
  ["AbortSignal", "pass it as an option where one is taken, or use current().signal in the task"],
  ["AbortController", "pass its signal as an option where one is taken"],
  ["EventTarget", "send the data and leave the listeners"],
  ["FinalizationRegistry", "leave it where it is"],
  ["Symbol", "send a string"],
]);

/** The classes that postMessage copies or shares, and the codec does not. */
const POSTED: ReadonlySet<string> = new Set([
  "Blob",
  "File",
  "CryptoKey",
  "KeyObject",
  "SecretKeyObject",
  "PublicKeyObject",
  "PrivateKeyObject",
  "X509Certificate",
  "BlockList",
  "SocketAddress",
  "Histogram",
  "RecordableHistogram",
]);

/** The classes that postMessage only moves. */
const MOVED: ReadonlySet<string> = new Set([
  "MessagePort",
  "ReadableStream",
  "WritableStream",
  "TransformStream",
  "FileHandle",
]);

/** Objects of the language that hold functions alone: namespaces, none of which has a copy. */
const NAMESPACES: ReadonlySet<unknown> = new Set([Math, JSON, Atomics, Reflect, Intl, globalThis]);

/** As {@link sendModeOf}, or as `ofHandle` says. Of what throws when it is looked at, a refusal. */
export function safeSendModeOf(value: object, ofHandle: PackOptions["sendModeOfHandle"]): SendMode {
  if (isSurelyObject(value)) return { as: "object" };
  try {
    return ofHandle?.(value) ?? sendModeOf(value);
  } catch {
    return { unsendable: "its getters or traps throw" };
  }
}

/** Why something that travels by postMessage cannot be sent this way; undefined if it can. */
export function whyNotPosted(
  value: object,
  { hasNoTransfers, isForMany, sendModeOfHandle }: PackOptions,
  isMoved: boolean,
  isMarked: boolean,
): string | undefined {
  if (hasNoTransfers === true && sendModeOfHandle?.(value) === undefined) {
    return "it goes by postMessage alone, between threads, and cannot be sent this way";
  }
  if (isMoved && isForMany === true) return "it can only be moved, which is to one worker: these go to several";
  return isMoved && !isMarked ? "it can only be moved: mark it with transfer(value, [it])" : undefined;
}

/**
 * The objects that the codec itself does not carry. A name proves nothing, as a program's own class may have it. The platform's copy proves
 * that an object can be posted: it is no plain object.
 */
export function sendModeOf(value: object): SendMode {
  const usual = usualBrandOf(value);
  if (usual !== undefined) return { brand: usual };
  const why: unknown = Reflect.get(value, REASON);
  if (typeof why === "string") return { unsendable: why };
  if (isError(value)) return { brand: "Error" };
  const brand = brandOf(value);
  if (brand === "SharedArrayBuffer") return { as: "posted" };
  if (brand === IMPOSTOR) {
    return {
      unsendable: "a Proxy of a built-in object, or one that only looks like it, cannot be sent: send the object",
    };
  }
  const advice = ADVICE.get(brand);
  if (advice !== undefined) return { unsendable: refusal(brand, advice) };
  return brand === "Object" ? sendModeByPlatform(value) : { brand };
}

function sendModeByPlatform(value: object): SendMode {
  const name = nameOf(value);
  const advice = ADVICE.get(name);
  if (advice !== undefined && isOfPlatform(value, name)) return { unsendable: refusal(name, advice) };
  if (MOVED.has(name) && isMovable(value, name)) return { as: "moved" };
  if ((POSTED.has(name) || isCloneable(value)) && isCopiedAsItself(value)) return { as: "posted" };
  if (isModule(value)) return { as: "posted" };
  // A stream, a socket, a child process: nothing of them is in their properties alone.
  if ("_eventsCount" in value) return { unsendable: refusal(name, ADVICE.get("EventTarget") as string) };
  // An object that the platform made has its state elsewhere; properties that a program has added do not count.
  const handled = Object.getOwnPropertySymbols(value).some(isHandle) ? name : undefined;
  if (handled === undefined && Object.keys(value).length > 0 && platformTag(value) === undefined)
    return { as: "object" };
  return sendModeWithoutProperties(value, handled);
}

/** Node keeps what its own objects are made of, such as a `Hash`, under a symbol of this name. */
const isHandle = ({ description }: symbol): boolean => description === "kHandle";

/**
 * No object becomes `{}` unless it is one: the platform's own copy decides for an object without properties. `handled` is the name of the
 * class of one that is nothing without its handle.
 */
function sendModeWithoutProperties(value: object, handled: string | undefined): SendMode {
  const tag = platformTag(value) ?? (NAMESPACES.has(value) ? "a namespace" : handled);
  if (tag !== undefined) return { unsendable: `${tag} cannot be copied: send the data that it was made of` };
  try {
    const copy: object = structuredClone(value);
    const brand = brandOf(copy);
    if (brand !== "Object") return { brand };
    warnOfNothing(nameOf(value));
    return { as: "object" };
  } catch {
    return { unsendable: "it has no properties, and cannot be copied" };
  }
}

/** Such an object has its state in private fields, as a rule. It may be a mark, of which the class is all: so it is not refused. */
function warnOfNothing(className: string): void {
  if (className === "Object") return;
  warnOnce(
    `nothing of ${className}`,
    () =>
      `an instance of ${className} has no properties of its own that can be sent, and arrives as {}: send its data, or see registerClass`,
  );
}

/** An object's own word for its kind, in the way in which platforms say it: a tag on a prototype that cannot be assigned to. */
function platformTag(value: object): string | undefined {
  for (let at: object | null = Object.getPrototypeOf(value); at !== null; at = Object.getPrototypeOf(at)) {
    const tag = Object.getOwnPropertyDescriptor(at, Symbol.toStringTag);
    if (tag !== undefined) return typeof tag.value === "string" && tag.writable === false ? tag.value : undefined;
  }
  return undefined;
}

function nameOf(value: object): string {
  const tag = builtInTag(value);
  // Node's own classes do not all say what they are.
  if (tag !== "Object" && tag !== "EventTarget") return tag;
  const made: unknown = Reflect.get(value, "constructor");
  return typeof made === "function" ? String(made.name) : tag;
}

function isOfPlatform(value: object, name: string): boolean {
  const known: unknown = Reflect.get(globalThis, name);
  return typeof known === "function" && inherits(value, known.prototype);
}

/** Node marks what its postMessage copies and moves by symbols that nobody else has. */
const cloneMark = markOf("Blob", "messaging_clone_symbol");
const moveMark = markOf("AbortSignal", "messaging_transfer_symbol");

function markOf(className: string, description: string): symbol | undefined {
  const known: unknown = Reflect.get(globalThis, className);
  if (typeof known !== "function") return undefined;
  return Object.getOwnPropertySymbols(known.prototype).find((symbol) => symbol.description === description);
}

const isMovable = (value: object, name: string): boolean =>
  isOfPlatform(value, name) || (moveMark !== undefined && moveMark in value);

const isCloneable = (value: object): boolean => cloneMark !== undefined && cloneMark in value;

function isCopiedAsItself(value: object): boolean {
  try {
    return Object.getPrototypeOf(structuredClone(value)) !== Object.prototype;
  } catch {
    return false;
  }
}

interface Compiler {
  readonly Module: { imports(module: object): unknown };
}
const { WebAssembly: compiler } = globalThis as { WebAssembly?: Compiler };

function isModule(value: object): boolean {
  if (compiler === undefined || builtInTag(value) !== "WebAssembly.Module") return false;
  try {
    compiler.Module.imports(value);
    return true;
  } catch {
    return false;
  }
}

const refusal = (name: string, advice: string): string =>
  `${/^[AEIO]/.test(name) ? "an" : "a"} ${name} cannot be sent: ${advice}`;

/** A callback that was disposed of says why itself. */
export const functionAdvice = (fn: object): string =>
  String(
    Reflect.get(fn, REASON) ??
      "a function cannot be sent: make it a task with task(import.meta, fn), or send the data it needs",
  );
export const SYMBOL_ADVICE = "a symbol cannot be sent: send a string";
export const REGION_ADVICE =
  "it is the memory of all of Heddle's objects, and cannot be sent: send the SharedArray, or its view";
