import { INFINITE, NEGATIVE_INFINITE, NEGATIVE_ZERO, NOT_A_NUMBER, type Slot } from "./packet.js";

const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;
/** How a property is named in the path of a SendError. */
export const keyStep = (key: string): string => (IDENTIFIER.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`);

/** A number, of which JSON knows not all. */
export function numberSlot(value: number): Slot {
  if (Number.isFinite(value)) return Object.is(value, -0) ? [NEGATIVE_ZERO] : value;
  if (Number.isNaN(value)) return [NOT_A_NUMBER];
  return [value > 0 ? INFINITE : NEGATIVE_INFINITE];
}

/** As {@link keyStep}, of what a Map has under a key. */
export const mapStep = (key: unknown, n: number): string =>
  typeof key === "string" || typeof key === "number" ? `.get(${JSON.stringify(key)})` : `.values()[${n}]`;
