import type { Adapter, AsyncContext, Host, KeepAlive, Memory, OwnOptions, ResourceLimits } from "@heddle/core";
import type { Posix } from "./native/posix.js";
import type { Bell, System } from "./systems/system.js";

/** Functions of the C library, called in a runtime's own way. */
export interface Native<Calls = Posix> {
  readonly posix: Calls;
  /** Why the last of them failed. */
  errno(): number;
}

/** Writes to one of these streams, and ignores that it fails. */
export type Print = (stream: "stdout" | "stderr", text: string) => void;

/** The functions that each runtime does in its own way. Everything else about processes is the same on all of them. */
export interface Runtime extends Native {
  /** The runtime of this process. One that was started by another gets that other's, by its name. */
  system(name: string | undefined): System;
  /** The memory of `bytes` bytes that `map` maps: at the address that it is given, or without one wherever the system likes. */
  mapped(bytes: number, map: (address?: number) => number | bigint): Mapped;
  /** A copy as by structured clone, in two steps with bytes between them. The first throws what cannot be cloned. */
  serialize(message: unknown): Uint8Array;
  deserialize(bytes: Uint8Array): unknown;
  /**
   * Has the event loop read what comes to a bell of one of its systems, and call `hear` with it. That must not keep the event loop
   * alive.
   */
  listen(bell: Pick<Bell, "fd" | "carries">, hear: (bytes: Uint8Array) => void): void;
  /** The value that this process was given as {@link Order.startup}, if that adapter started it. Asked once. */
  startup(adapter: string): string | undefined;
  /** The numbers in a process of the descriptors that it inherits. */
  inheritedAs(descriptors: readonly number[]): readonly number[];
  /** Starts a process of this runtime; throws, or calls `onFail`, if it cannot. */
  start(order: Order): Started;
  /** Has `console` write through `process.stdout` and `process.stderr`, by `print`, where it does not anyway. */
  adoptConsole(print: Print): void;
  /** Left out where no handles can be sent. */
  readonly handles?: HandleWay;
  /** As of the adapter: names of options that are its own. */
  readonly ownOptions?: OwnOptions;
  /** Whether `start` honours `limits`. */
  readonly limits: boolean;
  readonly host: Host;
  readonly keepAlive: KeepAlive;
  readonly context: AsyncContext;
}

/** Memory that has been mapped, and stays so. All processes that have mapped the same grow together. */
export type Mapped = Pick<Memory, "buffer" | "maxBytes" | "grow" | "window">;

/** A runtime's way for handles of the operating system. */
export interface HandleWay {
  readonly sendModeOf: NonNullable<Adapter["sendModeOfHandle"]>;
  /** Reads no more from it. */
  stop(handle: unknown): void;
  /** Whether handles still go through a {@link Started.channel}, or through `process`: a program may have closed it. */
  isOpen(channel: unknown): boolean;
  /**
   * Sends them. Must not be called before the other end hears. Messages that do not get through are lost, in silence. `gone` is called once
   * the last of them is on its way or lost: a process that ends before takes it along.
   */
  send(channel: unknown, handles: readonly unknown[], gone: () => void): void;
  hear(channel: unknown, onHandle: (handle: unknown) => void): void;
  /** Tells when a {@link Started.channel} has been closed, at either end. */
  onClose(channel: unknown, closed: () => void): void;
  /** The stand-in for a handle that was lost on its way: one that is closed. */
  lost(): unknown;
}

/** A process that is to be started. */
export interface Order {
  /** The module that it begins with. */
  readonly url: string;
  /** The process that starts it. */
  readonly adapter: string;
  /** The value that it finds by {@link Runtime.startup}, and that programs which it starts by other means do not find. */
  readonly startup: string;
  /** Descriptors that it inherits, as {@link Runtime.inheritedAs} tells. */
  readonly inherited: readonly number[];
  /** Its environment variables; undefined for this process's. */
  readonly env: Record<string, string | undefined> | undefined;
  readonly limits: ResourceLimits | undefined;
  /** The options that the worker was made with, as they were given. */
  readonly given: object;
  /** It has ended, with an exit code or by a signal. Not called before `start` has returned. */
  onExit(code: number | null, signal: string | null): void;
  /** It could not be started. */
  onFail(error: Error): void;
}

/** A process that has been started. */
export interface Started {
  /** The handles that {@link HandleWay} sends through. */
  readonly channel?: unknown;
  /** Undefined if it could not be started, of which `onFail` tells. */
  readonly pid: number | undefined;
  kill(signal: "SIGTERM" | "SIGKILL"): void;
  /** Whether it keeps this process's event loop alive. At first it does. */
  setKeepsAlive(keeps: boolean): void;
}
