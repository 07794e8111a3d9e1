/** Under this key a class of Heddle's own, whichever copy of it, says on its prototype why its instances cannot be sent. */
export const REASON = /* @__PURE__ */ Symbol.for("heddle.unsendable");

/** Has instances of a class refused, which would be nothing without what is private in them. */
export function refuseToSend<T extends object>(prototype: T, why: string): T {
  return Object.defineProperty(prototype, REASON, { value: why });
}
