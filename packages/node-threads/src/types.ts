/**
 * The types that programs seldom write, such as that of a class itself (`LockConstructor`): the compiler finds here what it has to name.
 *
 * @module
 */
export type * from "@heddle/core/contracts";

/** What threads share, copy or move by `postMessage` that is no global. */
declare module "@heddle/core/contracts" {
  interface RegisteredClasses {
    "node:crypto.KeyObject": import("node:crypto").KeyObject;
    "node:crypto.X509Certificate": import("node:crypto").X509Certificate;
    "node:fs.FileHandle": import("node:fs/promises").FileHandle;
    "node:net.BlockList": import("node:net").BlockList;
    "node:net.SocketAddress": import("node:net").SocketAddress;
    "node:perf_hooks.Histogram": import("node:perf_hooks").Histogram;
  }
}
