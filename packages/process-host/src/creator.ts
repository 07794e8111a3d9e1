import type { Creator } from "@heddle/core";
import type { Birth } from "./birth.js";
import { openOf } from "./elsewhere.js";
import { Handles, takeHandles } from "./handles.js";
import { Inbox, Outbox } from "./mailbox.js";
import { adoptPipe, knock, MAIL, OwnPipe } from "./pipe.js";
import { O_NONBLOCK, O_RDWR, O_WRONLY, PR_SET_PDEATHSIG, SIGKILL } from "./posix.js";
import type { Runtime } from "./runtime.js";

/** What goes through a mailbox to a process's creator. */
export type FromProcess =
  | { readonly message: unknown }
  | { readonly uncaught: unknown }
  /** From now on it hears of handles. */
  | { readonly hears: true };

/** What a process shares with the one that started it. */
export interface Origin extends Creator {
  /** Its descriptor of the region's memory. */
  readonly region: number;
  readonly pipe: OwnPipe;
}

/** In a process that was started, the way back to who did. */
export function findOrigin(runtime: Runtime, birth: Birth): Origin {
  dieWith(runtime, birth.creator);
  const open = (fd: number, flags = O_RDWR): number => openOf(runtime, birth.creator, fd, flags) ?? goToo();
  const region = open(birth.region);
  const pipe = new OwnPipe(runtime, adoptPipe(runtime, birth.creator, birth.pipe) ?? goToo());
  const handles = new Handles(runtime.handles, () => process);
  const inbox = new Inbox(runtime, open(birth.inbox), (message) => handles.putInto(message));
  const outbox = new Outbox(runtime, open(birth.outbox));
  const knocker = open(birth.knocker, O_WRONLY | O_NONBLOCK);
  const send = (message: FromProcess): void => {
    outbox.put(message);
    knock(runtime, knocker, MAIL);
  };
  /** Not even one that has nothing left to do ends before they are on their way. */
  const sendHandles = (given: readonly unknown[]): void => {
    runtime.keepAlive.hold();
    runtime.handles?.send(process, given, () => runtime.keepAlive.letGo());
  };
  reportUncaught(send);
  let read = (): void => {};
  runtime.handles?.hear(process, (handle) => {
    handles.add(handle);
    read();
  });
  if (runtime.handles !== undefined) send({ hears: true });
  return {
    region,
    pipe,
    boot: inbox.take()?.message,
    post(message) {
      const given = takeHandles(runtime.handles, process, message, "result");
      send({ message });
      if (given.length > 0) sendHandles(given);
    },
    onMessage(handler) {
      read = () => {
        for (let next = inbox.take(); next !== undefined; next = inbox.take()) handler(next.message);
      };
      pipe.mailReaders.add(read);
      pipe.listen();
      read();
    },
    // A process ends by itself.
    finish() {},
  };
}

/** A process must not outlive its creator, not even in a loop that never ends. */
function dieWith({ posix }: Runtime, creator: number): void {
  posix.prctl(PR_SET_PDEATHSIG, SIGKILL);
  // It may have died before that.
  if (posix.getppid() !== creator) goToo();
}

/** The creator is no more: nobody is left to work for. */
const goToo = (): never => process.exit();

/** An error that nothing catches ends a process; its creator is told of it, instead of the terminal. */
function reportUncaught(send: (message: FromProcess) => void): void {
  process.on("uncaughtException", (error: unknown) => {
    // The program catches them itself.
    if (process.listenerCount("uncaughtException") > 1) return;
    try {
      send({ uncaught: error });
    } catch {
      send({ uncaught: new Error(String(error)) });
    }
    process.exit(1);
  });
}
