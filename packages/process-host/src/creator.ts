import { type Creator, TERMINATION_SIGNALS, type UncaughtHook } from "@heddle/core";
import { copyOfUncaught, ignoreSignal } from "@heddle/node-host";
import { ArrivedHandles, putWithoutHandles } from "./handles.js";
import { Inbox, Outbox } from "./mailbox.js";
import { OwnBell } from "./own-bell.js";
import type { Runtime } from "./runtime.js";
import { MESSAGE, type System } from "./systems/system.js";

/** The startup info of a process. */
export interface StartupInfo {
  /** The name of its system, and what that tells it. */
  readonly system: string;
  readonly share: unknown;
  /** The descriptors that it inherits, as they are in it. */
  readonly inherited: readonly number[];
}

/** The messages that go through a mailbox to a process's creator. */
export type FromProcess =
  | { readonly message: unknown }
  | { readonly uncaught: unknown }
  /** From now on it hears of handles. */
  | { readonly hears: true }
  /** Whether a listener of the program's own hears SIGTERM in it. */
  | { readonly takesLeave: boolean };

/** The things that a process shares with its creator. */
export interface Origin extends Creator {
  /** Its descriptor of the region's memory. */
  readonly region: number;
  readonly own: OwnBell;
}

/** In a process that was started, the way back to who did. */
export function findOrigin(runtime: Runtime, system: System, startup: StartupInfo): Origin {
  // If its creator is no more, nobody is left to work for.
  const { region, creator, ...share } = system.receive(startup.share, startup.inherited) ?? process.exit();
  const own = new OwnBell(runtime, share.bell, system.bells.own(share.bell));
  const handles = new ArrivedHandles(runtime.handles, () => process);
  const inbox = new Inbox(runtime, system, share.inbox, (message) => handles.putInto(message));
  const outbox = new Outbox(runtime, share.outbox);
  const send = (message: FromProcess): void => {
    outbox.put(message);
    creator.wake(MESSAGE);
  };
  /** Not even one that has nothing left to do ends before they are on their way. */
  const sendHandles = (given: readonly unknown[]): void => {
    runtime.keepAlive.hold();
    runtime.handles?.send(process, given, () => runtime.keepAlive.letGo());
  };
  let beforeUncaught: UncaughtHook = () => {};
  reportUncaught(send, (origin, error) => beforeUncaught(origin, error));
  leaveEndToMain();
  tellOfListeners(send);
  let read = (): void => {};
  runtime.handles?.hear(process, (handle) => {
    handles.add(handle);
    read();
  });
  if (runtime.handles !== undefined) send({ hears: true });
  return {
    region,
    own,
    boot: inbox.receive()?.message,
    post(message) {
      const given = putWithoutHandles(runtime.handles, process, message, "result", () => send({ message }));
      if (given.length > 0) sendHandles(given);
    },
    onMessage(handler) {
      read = () => {
        for (let next = inbox.receive(); next !== undefined; next = inbox.receive()) handler(next.message);
      };
      own.inboxReaders.add(read);
      own.listen();
      read();
    },
    onUncaught(hook) {
      beforeUncaught = hook;
    },
    // A process ends by itself.
    finish() {},
  };
}

/** Whether a signal ends the program is for the main process to say: if it has no handler it ends, and this process with it. */
function leaveEndToMain(): void {
  for (const signal of TERMINATION_SIGNALS) process.on(signal, ignoreSignal);
}

/**
 * Has the creator know whether this process wants to hear SIGTERM before it is killed. By the time that a listener is told of, it may not
 * have been added or removed yet. (Bun tells of none that is removed: then the creator waits for nothing, as long as it would have.)
 */
function tellOfListeners(send: (message: FromProcess) => void): void {
  let told = false;
  const tell = (takesLeave: boolean): void => {
    if (told !== takesLeave) send({ takesLeave });
    told = takesLeave;
  };
  process.on("newListener", (name) => {
    if (name === "SIGTERM") tell(true);
  });
  process.on("removeListener", (name) => {
    if (name === "SIGTERM") tell(process.listeners(name).some((listener) => listener !== ignoreSignal));
  });
}

/** An error that nothing catches ends a process; its creator is told of it, instead of the terminal. */
function reportUncaught(send: (message: FromProcess) => void, before: UncaughtHook): void {
  process.on("uncaughtException", (error: unknown, origin) => {
    // The program catches them itself.
    if (process.listenerCount("uncaughtException") > 1) return;
    before(origin, error);
    send({ uncaught: copyOfUncaught(error) });
    process.exit(1);
  });
}
