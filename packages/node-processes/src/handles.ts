import { Socket as Datagrams } from "node:dgram";
import { Server, Socket } from "node:net";
import type { HandleWay } from "@heddle/process-host";

/** One end of child_process's channel, which hands descriptors on. */
interface Channel {
  readonly connected: boolean;
  send?(message: object, handle: Server | Socket | Datagrams, told: (error: Error | null) => void): boolean;
  on(event: "disconnect", listener: () => void): unknown;
  on(event: "internalMessage", listener: (message: unknown, handle: unknown) => void): unknown;
  off(event: "disconnect", listener: () => void): unknown;
}

/** Node keeps messages whose command begins so from the program's own listeners: https://nodejs.org/api/child_process.html */
const COMMAND = "NODE_HEDDLE_HANDLE";

const READ = "something that came through it was read here: make its server with pauseOnConnect, or send it before";

const closed = (): Socket => new Socket().destroy();

/** Sockets and servers, through the channel of child_process. */
export const handles: HandleWay = {
  sendModeOf(object) {
    const isSocket = object instanceof Socket;
    if (!isSocket && !(object instanceof Server) && !(object instanceof Datagrams)) return undefined;
    // Of datagrams Node does not say so; sending them tells.
    if (Reflect.get(object, "_handle") === null) return { unsendable: "it is closed: there is nothing to send" };
    if (isSocket && object.readableLength > 0) return { unsendable: READ };
    return { as: isSocket ? "moved" : "posted" };
  },
  stop(handle) {
    // Node itself goes on reading, for nobody, until it hears that the handle has arrived.
    if (handle instanceof Socket) (Reflect.get(handle, "_handle") as { readStop(): void } | null)?.readStop();
  },
  isOpen: (channel) => (channel as Channel).connected,
  send(to, given, gone) {
    const channel = to as Channel;
    let ahead = given.length;
    const told = (): void => {
      if (--ahead > 0) return;
      channel.off("disconnect", lost);
      if (ahead === 0) gone();
    };
    // Node sends one at a time, and says nothing of those that have not had their turn when the channel is closed.
    const lost = (): void => {
      ahead = Math.min(ahead, 1);
      told();
    };
    channel.on("disconnect", lost);
    for (const handle of given) channel.send?.({ cmd: COMMAND }, handle as Socket, told);
  },
  hear(channel, onHandle) {
    (channel as Channel).on("internalMessage", (message, handle) => {
      if ((message as { cmd?: unknown } | null)?.cmd !== COMMAND) return;
      // A socket whose other end closed it on its way does not arrive: here it is closed, too.
      onHandle(handle ?? closed());
    });
  },
  onClose: (channel, told) => (channel as Channel).on("disconnect", told),
  lost: closed,
};
