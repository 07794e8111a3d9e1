const isIndex = (key: string | symbol): boolean => typeof key === "string" && /^(0|[1-9]\d*)$/.test(key);

/**
 * Stands in front of `prototype`, for objects that look like arrays and are none. An element of one would be undefined, or kept in this
 * worker alone. So code that reads or writes one gets the error of `refuse`. The own properties of such objects cost nothing more.
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
