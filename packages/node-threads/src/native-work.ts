/*
 * The work of native add-ons in other threads of the system, such as bcrypt and argon2. When a worker is terminated meanwhile, Node calls
 * the add-on once that is over, and lets it call no JavaScript. An add-on whose error cannot be thrown ends the whole program
 * (https://github.com/nodejs/node-addon-api/blob/main/doc/setup.md, https://github.com/nodejs/node/issues/34567). So a thread counts it,
 * from its first add-on on, and the worker that terminates the thread waits until nothing is under way.
 *
 * The word goes from n to n + 1 and back, by the thread, which alone writes it. Work that the thread begins as it is being terminated is
 * not waited for. The hook cannot hold it up, as the add-on calls the hook.
 */
import { AsyncResource, createHook } from "node:async_hooks";
import { setTimeout } from "@heddle/node-host";

/** A thread that blocks hears of no end, and some add-ons hold something that ends with their thread only: it is two seconds at most. */
const LOOKS = 400;
const LOOK_AGAIN_MS = 5;

/** The types of Node's own async resources, of which hooks hear: its classes in C++ are all in capitals. */
const OF_NODE = /^([A-Z\d_]+|T(imeout|ickObject)|Immediate)$/;

/** In a thread: has `word` say how much is under way. */
export function countNativeWork(word: Int32Array): void {
  const { dlopen } = process;
  const underWay = new Set<number>();
  const hook = createHook({
    init(id, type, _, resource) {
      if (OF_NODE.test(type) || resource instanceof AsyncResource) return;
      word[0] = underWay.add(id).size;
    },
    destroy(id) {
      underWay.delete(id);
      word[0] = underWay.size;
    },
  });
  process.dlopen = (...args) => {
    hook.enable();
    dlopen(...args);
  };
}

/** Calls `end` once nothing is under way; after {@link LOOKS} in any case. */
export function whenQuiet(word: Int32Array, end: () => void, looks = LOOKS): void {
  if (looks === 0 || Atomics.load(word, 0) === 0) end();
  else setTimeout(() => whenQuiet(word, end, looks - 1), LOOK_AGAIN_MS);
}
