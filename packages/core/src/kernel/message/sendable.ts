/** What cannot be sent, by its class, and what to do instead. */
const ADVICE: ReadonlyMap<string, string> = new Map([
  ["Promise", "await it and send what it gives"],
  ["WeakMap", "send a Map"],
  ["WeakSet", "send a Set"],
  ["WeakRef", "send what it refers to"],
  ["Generator", "send an array of what it yields, or put the items into a Queue"],
  ["AsyncGenerator", "put what it yields into a Queue"],
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
]);

/** What postMessage copies or shares, and the codec does not. */
const POSTED: ReadonlySet<string> = new Set([
  "SharedArrayBuffer",
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
  "WebAssembly.Module",
]);

/** What postMessage only moves. */
const MOVED: ReadonlySet<string> = new Set([
  "MessagePort",
  "ReadableStream",
  "WritableStream",
  "TransformStream",
  "FileHandle",
]);

/** The name that the platform gives an object's class; classes of a program's own are plain objects to it. */
function classOf(value: object): string {
  const tag = Object.prototype.toString.call(value).slice(8, -1);
  // Node's own classes do not all say what they are.
  if (tag !== "Object" && tag !== "EventTarget") return tag;
  const made: unknown = Reflect.get(value, "constructor");
  const name = typeof made === "function" ? made.name : tag;
  return POSTED.has(name) || MOVED.has(name) ? name : tag;
}

/** How an object travels that the codec does not know: as a plain object, beside the text, or not at all. */
export function fateOf(
  value: object,
): { readonly as: "object" | "posted" | "moved" } | { readonly unsendable: string } {
  const name = classOf(value);
  if (POSTED.has(name)) return { as: "posted" };
  if (MOVED.has(name)) return { as: "moved" };
  const advice = ADVICE.get(name);
  if (advice !== undefined) return { unsendable: `a ${name} cannot be sent: ${advice}` };
  if (name.endsWith(" Iterator")) return { unsendable: `an iterator cannot be sent: send an array of its items` };
  return { as: "object" };
}

export const FUNCTION_ADVICE =
  "a function cannot be sent: make it a task with task(import.meta, fn), or send the data it needs";
export const SYMBOL_ADVICE = "a symbol cannot be sent: send a string";
