import { Socket } from "node:net";
import type { Creator } from "@heddle/core";
import { BORN, INBOX, LINE, OUTBOX } from "./descriptors.js";
import { type Channel, Handles, sendHandles, takeHandles } from "./handles.js";
import { Inbox, Outbox } from "./mailbox.js";
import { PR_SET_PDEATHSIG, posix } from "./posix.js";

/** What goes through a mailbox to a process's creator. */
export type FromProcess = { readonly message: unknown } | { readonly uncaught: unknown };

const SIGKILL = 9;

/** In a process that the adapter of that name started, the way back to who did. */
export function findCreator(adapter: string): Creator | undefined {
  const [name, creator] = (process.env[BORN] ?? "").split(" ");
  if (name !== adapter) return undefined;
  // Processes that the program starts from here by its own means are none of Heddle's.
  delete process.env[BORN];
  dieWith(Number(creator));
  const handles = new Handles(process as Channel, () => read());
  const inbox = new Inbox(INBOX, (message) => handles.putInto(message));
  const outbox = new Outbox(OUTBOX);
  const line = new Socket({ fd: LINE });
  const send = (message: FromProcess): void => {
    outbox.put(message);
    line.write("!");
  };
  let hear = (_message: unknown): void => {};
  const read = (): void => {
    for (let next = inbox.take(); next !== undefined; next = inbox.take()) hear(next.message);
  };
  line.on("data", read);
  line.on("error", () => {});
  // Where the system did not see to it (see dieWith): nobody is left to work for.
  line.on("close", () => process.exit());
  line.unref();
  // From here on handles are heard.
  line.write("!");
  reportUncaught(send);
  return {
    boot: inbox.take()?.message,
    post(message) {
      const given = takeHandles(message);
      send({ message });
      sendHandles(process as Channel, given);
    },
    onMessage(handler) {
      hear = handler;
      read();
    },
    // A process ends by itself.
    finish() {},
  };
}

/** A process must not outlive its creator, not even in a loop that never ends. */
function dieWith(creator: number): void {
  posix.prctl(PR_SET_PDEATHSIG, SIGKILL);
  // It may have died before that.
  if (process.ppid !== creator) process.exit();
}

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
