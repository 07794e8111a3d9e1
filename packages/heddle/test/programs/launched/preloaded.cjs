/** Given to Node by `--require`: counts how often a worker evaluates it. */
Reflect.set(globalThis, "preloaded", (Reflect.get(globalThis, "preloaded") ?? 0) + 1);
