import { SLOT_JOURNAL, SLOT_JOURNAL_COUNT, SLOT_WORDS, slotAddress } from "../../src/kernel/layout.js";
import type { Thread } from "./stepped-backend.js";

/** Calls that read or write many bytes at once: a subarray is taken in order to read it. */
const ACCESSES: readonly (string | symbol)[] = ["set", "fill", "copyWithin", "subarray"];

const BARE = new WeakMap<object, object>();

/** The array itself, for one that is watched: `Atomics` takes nothing else. */
export const bareOf = <T extends object>(array: T): T => (BARE.get(array) as T | undefined) ?? array;

/** Has `before` called before each plain store of a worker's into the region, but for its journal, until what this gives is called. */
export function watchStores({ kernel: { region }, slot }: Thread, before: () => void): () => void {
  const { i32, u8 } = region;
  const journal = slotAddress(slot) + SLOT_JOURNAL;
  const end = slotAddress(slot) + SLOT_WORDS;
  const isDraft = (address: number): boolean =>
    (address >= journal && address < end) || address === slotAddress(slot) + SLOT_JOURNAL_COUNT;
  const watched = <T extends Int32Array | Uint8Array>(view: T, isSeen: (at: number) => boolean): T => {
    const proxy = new Proxy(view, {
      get: (target, key) => {
        const value: unknown = Reflect.get(target, key, target);
        if (typeof value !== "function") return value;
        return (...args: unknown[]) => {
          if (ACCESSES.includes(key)) before();
          return Reflect.apply(value, target, args) as unknown;
        };
      },
      set: (target, key, value) => {
        if (isSeen(Number(key))) before();
        return Reflect.set(target, key, value, target);
      },
    });
    BARE.set(proxy, view);
    return proxy;
  };
  region.i32 = watched(i32, (at) => !isDraft(at));
  region.u8 = watched(u8, () => true);
  return () => {
    region.i32 = bareOf(region.i32);
    region.u8 = bareOf(region.u8);
  };
}
