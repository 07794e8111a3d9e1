import type { SharedDisposable } from "./disposable.js";
import type { Connection } from "./pipe.js";
import type { Pool } from "./pool.js";
import type { Task, TaskRef } from "./task.js";
import type { TaskGroup } from "./task-group.js";
import type { Worker } from "./worker.js";

/**
 * The classes whose instances arrive as themselves in every worker, as the program gave them to `registerClass`. Types cannot see what is
 * registered, so the program declares it beside the call.
 *
 * @example
 * ```ts
 * import { registerClass } from "@heddle/node-threads";
 *
 * class Fraction {
 *   numerator = 1;
 *   denominator = 2;
 *   inverse(): number {
 *     return this.denominator / this.numerator;
 *   }
 * }
 *
 * registerClass(Fraction);
 * declare module "@heddle/node-threads" {
 *   interface RegisteredClasses {
 *     Fraction: Fraction;
 *   }
 * }
 * ```
 */
// biome-ignore lint/suspicious/noEmptyInterface: programs add to it.
export interface RegisteredClasses {}

declare const refused: unique symbol;
declare const ofProperties: unique symbol;

/** In a message of the compiler: why something cannot be used here, and what to do. No value has this type. */
export interface Refused<Why extends string> {
  /** Never present. */
  readonly [refused]: Why;
}

/** As {@link Refused}, because of these properties. */
export interface RefusedFor<Properties extends string, Why extends string> extends Refused<Why> {
  /** Never present. */
  readonly [ofProperties]: Properties;
}

/**
 * The type that a value of type `T` has in another worker that receives it, as the result of a task or from a queue. Data arrives
 * as it was sent, Map, Set, Date and typed arrays included. An instance of a class arrives as a plain object without its methods, or as
 * itself if the class is one of the {@link RegisteredClasses}. Heddle's own objects and tasks arrive as themselves. Functions do not
 * arrive.
 *
 * Neither do the accessors of a class (`get total()`), which are not the instance's own. The compiler cannot tell an accessor from a
 * property, so this type still has it. Register the class, or send the value that the accessor gives.
 *
 * @example
 * ```ts
 * import type { Received } from "@heddle/node-threads";
 *
 * class Account {
 *   balance = 0;
 *   deposit(amount: number): void {
 *     this.balance += amount;
 *   }
 * }
 *
 * // An account that another worker sent has its balance, and no methods.
 * export const balanceOf = (account: Received<Account>): number => account.balance;
 * ```
 */
export type Received<T> = [AnyIfRefused<T>] extends [never] ? T : DataOf<T>;

/** `T` as an argument or an item. A type that cannot be sent is `Refused`; each member of a union is checked by itself. */
export type Sendable<T> = [AnyIfRefused<T>] extends [never] ? T : EachSendable<T>;

/** The arguments of a task, each as {@link Sendable}. */
export type SendableArguments<A extends readonly unknown[]> = { readonly [K in keyof A]: Sendable<A[K]> };

/**
 * `any` if some member of `T` is refused, else `never`. A type parameter of generic code is not decided yet. It must pass, or no value of
 * its type could be sent. The compiler takes a condition on an undecided type for either of its outcomes, but for `any`, which it leaves
 * out. So it is `never` until it is decided.
 */
// biome-ignore lint/suspicious/noExplicitAny: as told above.
type AnyIfRefused<T> = [EachRefusal<T>] extends [never] ? never : any;

/**
 * An object with methods may be given where the value arrives as itself. A task may be given for a function, and an object of Heddle's for
 * an interface of the program's whose methods it has.
 */
type EachSendable<T> = T extends unknown
  ? [Refusal<T>] extends [never]
    ? T
    : T extends Unsendable
      ? RefusalOfKind<T> | (T extends AnyFunction ? T & TaskMark : never)
      : T extends ReadonlyMap<unknown, unknown> | ReadonlySet<unknown>
        ? Refusal<T>
        : T extends readonly unknown[]
          ? { [K in keyof T]: Sendable<T[K]> }
          : [FunctionsOf<T>] extends [never]
            ? { [K in keyof T]: Sendable<T[K]> }
            : RefusedFor<FunctionsOf<T>, OfMethods> | (T & Disposable)
  : never;

type AnyFunction = (...args: never[]) => unknown;
type AnyClass = abstract new (...args: never[]) => unknown;

/** The member that distinguishes a task from a function. */
export interface TaskMark {
  /** As in {@link Task}. */
  readonly ref: TaskRef;
}

/** Refuses `F`, which was given in place of a task, unless it is one. To be intersected with `F`. */
export type TaskCheck<F> =
  IsTask<F> extends false
    ? Refused<"this is no task: make one of the function at the top level of its module, by task(import.meta, fn)">
    : unknown;

type IsTask<F> = 0 extends 1 & F ? true : [F] extends [TaskMark] ? true : false;

/** The arguments of a task. For anything but a task, any arguments: one message is enough. */
export type ArgumentsOf<F> =
  IsAnyOrNever<F> extends true
    ? // biome-ignore lint/suspicious/noExplicitAny: as what it was asked of.
      any[]
    : F extends TaskMark & ((...args: infer A extends readonly unknown[]) => unknown)
      ? A
      : unknown[];

type IsAnyOrNever<T> = 0 extends 1 & T ? true : [T] extends [never] ? true : false;

/** The return type of a task, called directly. */
export type ReturnOf<F> = F extends (...args: never[]) => infer R ? R : unknown;

/** The type of a task's result when it arrives. */
export type ResultOf<F> = Received<Awaited<ReturnOf<F>>>;

type DataOf<T> = T extends unknown
  ? [Refusal<T>] extends [never]
    ? T
    : T extends Unsendable
      ? Refusal<T>
      : T extends ReadonlyMap<infer K, infer V>
        ? Map<Received<K>, Received<V>>
        : T extends ReadonlySet<infer V>
          ? Set<Received<V>>
          : T extends readonly unknown[]
            ? { [K in keyof T]: Received<T[K]> }
            : { [K in keyof T as IsFunction<T[K]> extends true ? never : K]: Received<T[K]> }
  : never;

type IsFunction<T> = 0 extends 1 & T
  ? false
  : [T] extends [never]
    ? false
    : [T] extends [TaskMark | SharedDisposable | undefined]
      ? false
      : [T] extends [AnyFunction | AnyClass | undefined]
        ? [T] extends [undefined]
          ? false
          : true
        : false;

type Unsendable = symbol | AnyFunction | AnyClass | PromiseLike<unknown> | GlobalSignal | Pool | TaskGroup | Worker;

/** AbortSignal, where there are types of globals. The compiler would take a value without a type for anything, and refuse everything. */
type GlobalSignal = typeof globalThis extends { AbortSignal: { readonly prototype: infer S } } ? S : never;

/** Why a value of some member of `T` cannot be sent as what it is: never, if all can. */
type EachRefusal<T, Depth extends number = 3> = T extends unknown ? Refusal<T, Depth> : never;

type Refusal<T, Depth extends number = 3> = 0 extends 1 & T
  ? never
  : unknown extends T
    ? never
    : [T] extends [Kept]
      ? never
      : [T] extends [Unsendable]
        ? RefusalOfKind<T>
        : [T] extends [object]
          ? RefusalOfParts<T, Depth>
          : never;

type RefusalOfKind<T> = [T] extends [symbol]
  ? Refused<"a symbol cannot be sent: send a string">
  : [T] extends [PromiseLike<unknown>]
    ? Refused<"a promise or Future cannot be sent: await it, and send what it gives">
    : [T] extends [GlobalSignal]
      ? Refused<"a signal cannot be sent: give it as an option, and use current().signal in the task">
      : [T] extends [AnyFunction | AnyClass]
        ? Refused<"a function cannot be sent to a worker: make it a task, by task(import.meta, fn), or send the data it needs">
        : Refused<"a Pool, TaskGroup or Worker cannot be sent: it belongs to the worker that made it">;

/** So many levels of data are looked at; deeper ones are believed. */
type Less = [0, 0, 1, 2];

type RefusalOfParts<T extends object, Depth extends number> =
  T extends ReadonlyMap<infer K, infer V>
    ? Depth extends 0
      ? never
      : EachRefusal<K | V, Less[Depth]>
    : T extends ReadonlySet<infer V>
      ? Depth extends 0
        ? never
        : EachRefusal<V, Less[Depth]>
      : T extends readonly (infer E)[]
        ? Depth extends 0
          ? never
          : EachRefusal<E, Less[Depth]>
        : RefusalOfProperties<T, Depth>;

/** Every object has these, or they say how it is written: they make no difference to what it is used for. */
type Common = keyof object | "toString" | "toLocaleString" | "valueOf" | "toJSON" | "constructor";

type FunctionsOf<T> = {
  [K in Exclude<keyof T & string, Common>]: undefined extends T[K] ? never : IsFunction<T[K]> extends true ? K : never;
}[Exclude<keyof T & string, Common>];

type RefusalOfProperties<T, Depth extends number> = [FunctionsOf<T>] extends [never]
  ? Depth extends 0
    ? never
    : { [K in keyof T & string]: EachRefusal<Exclude<T[K], AnyFunction>, Less[Depth]> }[keyof T & string]
  : RefusedFor<FunctionsOf<T>, OfMethods>;

type OfMethods =
  "functions and methods do not arrive: take Received<…> as the parameter's type, or register the class (see RegisteredClasses)";

/** Arrives as itself. */
type Kept =
  | string
  | number
  | bigint
  | boolean
  | null
  | undefined
  // biome-ignore lint/suspicious/noConfusingVoidType: the return type of a task without a result.
  | void
  | Date
  | RegExp
  | ArrayBuffer
  | SharedArrayBuffer
  | ArrayBufferView
  | SharedDisposable
  // biome-ignore lint/suspicious/noExplicitAny: an end of any pipe.
  | Connection<any>
  | TaskMark
  | RegisteredClasses[keyof RegisteredClasses]
  | Platform[keyof Platform]
  | PlatformLike;

/**
 * Objects of runtimes that can be sent and are no globals, by their members: declarations that named Node's modules would need Node's
 * types.
 */
type PlatformLike =
  // Handles of the operating system, such as sockets, which processes hand over.
  | { ref(): unknown; unref(): unknown }
  // KeyObject, X509Certificate, FileHandle, BlockList.
  | { readonly type: "secret" | "public" | "private"; export(options?: never): unknown }
  | { readonly fingerprint256: string; checkIssued(other: never): boolean }
  | { readonly fd: number; datasync(): unknown }
  | { addSubnet(...subnet: never): void; check(...address: never): boolean };

/** The class that postMessage copies or moves, where there is such a global; nothing, where it is declared as anything. */
type Platform = {
  [K in
    | "Blob"
    | "CryptoKey"
    | "MessagePort"
    | "ReadableStream"
    | "WritableStream"
    | "TransformStream"
    | "ImageData"
    | "ImageBitmap"
    | "OffscreenCanvas"]: typeof globalThis extends Record<K, { readonly prototype: infer P }>
    ? // biome-ignore lint/complexity/noBannedTypes: any object.
      {} extends P
      ? never
      : P
    : never;
};
