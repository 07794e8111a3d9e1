/** A worker's side: how it hears of its creator, and how it ends. The other side is in spawn.ts. */
import type { Creator, KeepAlive, UncaughtHook } from "@heddle/core";
import { copyOfUncaught, keepAlive, setImmediate } from "@heddle/node-host";
import { whenQuiet } from "./quiet.js";
import { withDenosSignals } from "./signals.js";

/** Stands before the name of a worker that Heddle started, among workers that the program starts by itself. */
export const MARK = "heddle ";

/** The first message to a worker. Everything else goes through `port`, whose other end hears when this worker is gone. */
export interface StartMessage {
  readonly boot: unknown;
  readonly env: Record<string, string | undefined> | undefined;
  readonly port: MessagePort;
}

export type ToWorker = { readonly posted: unknown } | { readonly die: true };

export type FromWorker = { readonly posted: unknown } | { readonly uncaught: unknown } | { readonly exitCode: number };

/** The globals here besides those of the main worker; the types of neither runtime nor browser have both. */
const scope = globalThis as unknown as { name: string; close(): void };
const close = scope.close.bind(scope);

/** More than enough for Deno to notice, which does so as a loop begins anew. */
const TRIES = 1000;

/**
 * Ends this worker here and now, in the middle of whatever it does: Deno takes no step more after this one. Only now and then, as while a
 * worker of its own is being started, it does not stop before its event loop has its turn. Then this returns, and the caller is to go back
 * there (`test/programs/nested.ts`).
 */
export function die(): void {
  for (let tries = 0; tries < TRIES; tries++) close();
}

/** How this worker lives: whom it hears, and what it ends with. The main worker has no creator. */
export async function findCreator(): Promise<{ creator: Creator | undefined; keepAlive: KeepAlive }> {
  if (!scope.name.startsWith(MARK)) return { creator: undefined, keepAlive: withDenosSignals(keepAlive()) };
  // At once, so that another copy of this module does not wait for a message that has been taken.
  scope.name = scope.name.slice(MARK.length);
  const { boot, env, port } = await startMessage();
  setEnvironment(env);
  let beforeUncaught: UncaughtHook = () => {};
  tellOfEnd(
    (message) => port.postMessage(message),
    (origin, error) => beforeUncaught(origin, error),
  );
  const held = endWhenDone(port);
  return {
    creator: {
      boot,
      post: (posted, transfer) => port.postMessage({ posted } satisfies FromWorker, transfer as Transferable[]),
      // Not before there is a handler: from here on the port gives out what has come meanwhile.
      onMessage(handler) {
        port.onmessage = ({ data }: MessageEvent<ToWorker>) => {
          if ("die" in data) die();
          else handler(data.posted);
        };
      },
      onUncaught(hook) {
        beforeUncaught = hook;
      },
      finish: held.finish,
    },
    keepAlive: held,
  };
}

const startMessage = (): Promise<StartMessage> =>
  new Promise((resolve) => {
    globalThis.addEventListener("message", ({ data }) => resolve(data), { once: true });
  });

/** `process.env` is this worker's own. `Deno.env` is the whole program's, but for a worker that was given an environment. */
function setEnvironment(given: StartMessage["env"]): void {
  const mayRead = Deno.permissions.querySync({ name: "env" }).state === "granted";
  const env = given ?? (mayRead ? process.env : undefined);
  if (env !== undefined) process.env = { ...env };
  if (given !== undefined)
    Object.defineProperty(Deno, "env", { value: environment(), configurable: true, enumerable: true });
}

/** The methods of `Deno.env`, over `process.env`. */
function environment(): Deno.Env {
  const has = (name: string): boolean => process.env[name] !== undefined;
  return {
    has,
    get: (name) => process.env[name],
    set(name, value) {
      process.env[name] = value;
    },
    delete(name) {
      delete process.env[name];
    },
    toObject: () =>
      Object.fromEntries(Object.entries(process.env).filter(([name]) => has(name))) as Record<string, string>,
  };
}

/**
 * Deno's workers do not end by themselves: their event loop waits for messages, and does not say when for nothing else
 * (https://github.com/denoland/deno/issues/22629). So a worker ends when its job has let go, and all others that held it. A pool's ends
 * once its event loop has nothing else to do, as far as can be seen.
 */
function endWhenDone(port: MessagePort): KeepAlive & Pick<Creator, "finish"> {
  let holds = 1;
  let drains = false;
  const end = (): void => {
    if (holds === 0) process.exit();
  };
  const endIfIdle = (): void => {
    if (holds > 0) return;
    process.emit("beforeExit", 0);
    if (holds > 0) return;
    if (drains) whenQuiet(port, end);
    else end();
  };
  const letGo = (): void => {
    // In a later turn: code that waited for this goes on first, and may hold again.
    if (--holds === 0) setImmediate(endIfIdle);
  };
  return {
    hold() {
      holds++;
    },
    letGo,
    finish(isPools) {
      drains = isPools;
      letGo();
    },
  };
}

/** Every end that this worker hears of is told, and goes by process.exit, whose "exit" and "unload" run the exit hooks. */
function tellOfEnd(tell: (message: FromWorker) => void, beforeUncaught: UncaughtHook): void {
  let isEnding = false;
  globalThis.addEventListener("unload", (event) => {
    if (isEnding) return;
    isEnding = true;
    // All other hooks come first, as nothing comes after this one.
    event.stopImmediatePropagation();
    globalThis.dispatchEvent(new Event("unload"));
    tell({ exitCode: Deno.exitCode });
    // Deno.exit returns to who imports a module that ends with it (test/faults.test.ts); this does not.
    die();
  });
  scope.close = () => process.exit();
  process.on("uncaughtException", (error: unknown, origin) => {
    // The program catches them itself.
    if (process.listenerCount("uncaughtException") > 1) return;
    beforeUncaught(origin, error);
    tell({ uncaught: copyOfUncaught(error) });
    process.exit(1);
  });
}
