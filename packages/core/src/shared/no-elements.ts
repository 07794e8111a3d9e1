const isIndex = (key: string | symbol): boolean => typeof key === "string" && /^(0|[1-9]\d*)$/.test(key);

/**
 * Stands in front of `prototype`, for objects that look like arrays and are none: who reads or writes an element of one, which would be
 * undefined, or kept in this worker alone, gets what `refuse` throws. What such objects have themselves costs nothing more.
 */
export function withoutElements(prototype: object, refuse: (object: object, index: string) => never): object {
  return new Proxy(Object.create(prototype), {
    get(target, key, receiver) {
      return isIndex(key) ? refuse(receiver, String(key)) : Reflect.get(target, key, receiver);
    },
    set(target, key, value, receiver) {
      return isIndex(key) ? refuse(receiver, String(key)) : Reflect.set(target, key, value, receiver);
    },
  });
}
