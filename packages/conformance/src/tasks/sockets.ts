import { once } from "node:events";
import type { Server, Socket } from "node:net";
import type { Event } from "@heddle/core";

/** Says hello at the other end. */
export async function greet(socket: Socket): Promise<void> {
  socket.end("hello");
  await once(socket, "close");
}

/** Sends back what comes, to the end. */
export async function answer(socket: Socket): Promise<void> {
  socket.pipe(socket);
  await once(socket, "close");
}

/** Says that it has the server, says hello to the next who connects, and listens no longer. */
export async function greetNext(server: Server, has: Event): Promise<void> {
  has.set();
  const [socket] = (await once(server, "connection")) as [Socket];
  server.close();
  await greet(socket);
}

/** Gives so many open sockets back. */
export async function connectTo(transfer: string, port: number, count: number): Promise<Socket[]> {
  const { connect } = await import("node:net");
  const { transfer: mark } = (await import(transfer)) as { transfer<T>(value: T, moved: readonly unknown[]): T };
  const sockets = Array.from({ length: count }, () => connect(port, "127.0.0.1"));
  await Promise.all(sockets.map((socket) => once(socket, "connect")));
  return mark(sockets, sockets);
}
