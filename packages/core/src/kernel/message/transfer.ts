const marks = new WeakMap<object, readonly object[]>();
let hasMarks = false;

/** Remembers that `transferables`, somewhere within `value`, are to be moved when it is sent. */
export function markTransfer<T>(value: T, transferables: readonly unknown[]): T {
  if (typeof value !== "object" || value === null) {
    throw new TypeError(`transfer marks an object that holds what is to be moved, not ${describe(value)}`);
  }
  if (!Array.isArray(transferables) || transferables.some((one) => typeof one !== "object" || one === null)) {
    throw new TypeError("transfer needs an array of the objects to move, such as ArrayBuffers or MessagePorts");
  }
  marks.set(value, transferables as readonly object[]);
  hasMarks = true;
  return value;
}

/** What was marked for that object. Programs that never mark anything pay one comparison. */
export const transferablesOf = (value: object): readonly object[] | undefined =>
  hasMarks ? marks.get(value) : undefined;

export const mayHaveMarks = (): boolean => hasMarks;

const describe = (value: unknown): string => (value === null ? "null" : `a ${typeof value}`);
