/** Globals that every runtime has and a test environment with a browser's (Jest's jsdom) has left out. */

interface NodeProcess {
  getBuiltinModule?(name: string): object | undefined;
}

const { process: node } = globalThis as { process?: NodeProcess };

/** The global of that name; where there is none, the runtime's own in one of its modules. */
function given<T>(name: string, present: T | undefined, module: string): T {
  const found = present ?? (node?.getBuiltinModule?.(module) as Record<string, T> | undefined)?.[name];
  if (found !== undefined) return found;
  throw new Error(
    `Heddle needs the global ${name}: let the test environment have it, or use Node 20.16, 22.3 or later`,
  );
}

export const TextEncoder = given("TextEncoder", globalThis.TextEncoder, "node:util");
export const TextDecoder = given("TextDecoder", globalThis.TextDecoder, "node:util");

interface AsciiBuffers {
  from(buffer: ArrayBufferLike, byteOffset: number, length: number): { toString(encoding: "latin1"): string };
}

const decoder = /* @__PURE__ */ new TextDecoder();

/** The text of bytes that are ASCII. A Buffer copies them, which takes a tenth of what it takes to look for UTF-8 on Node 20. */
export function textOfAscii(bytes: Uint8Array): string {
  const buffers = Reflect.get(globalThis, "Buffer") as AsciiBuffers | undefined;
  if (buffers === undefined) return decoder.decode(bytes);
  return buffers.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
}

/** The part of `node:worker_threads` that a copy can be made with. */
interface Port {
  postMessage(value: unknown, transfer: readonly unknown[]): void;
  close(): void;
}
type Channel = new () => { readonly port1: Port; readonly port2: Port };
type Receive = (port: Port) => { readonly message: unknown } | undefined;

export const structuredClone: typeof globalThis.structuredClone = globalThis.structuredClone ?? copyByPort;

function copyByPort<T>(value: T, options?: { transfer?: readonly unknown[] }): T {
  const channel = given<Channel>("MessageChannel", undefined, "node:worker_threads");
  const receive = given<Receive>("receiveMessageOnPort", undefined, "node:worker_threads");
  const { port1, port2 } = new channel();
  try {
    port1.postMessage(value, options?.transfer ?? []);
    return receive(port2)?.message as T;
  } finally {
    port1.close();
  }
}
