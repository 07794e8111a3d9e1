/**
 * The types that programs seldom write, such as that of a class itself (`LockConstructor`): the compiler finds here what it has to name.
 *
 * @module
 */
export type * from "@heddle/core/contracts";

/** What processes hand over as handles of the operating system. */
declare module "@heddle/core/contracts" {
  interface RegisteredClasses {
    "node:dgram.Socket": import("node:dgram").Socket;
    "node:net.Server": import("node:net").Server;
    "node:net.Socket": import("node:net").Socket;
  }
}
