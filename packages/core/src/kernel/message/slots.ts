import { INFINITE, NEGATIVE_INFINITE, NEGATIVE_ZERO, NOT_A_NUMBER, type Slot } from "./packet.js";

/** How a part of an object is named in the path of a SendError: by what it is known as there, and by its place. */
export type Step = (at: unknown, n: number) => string;

/** Where an object was met first: in which other one, and by what name there. Written out only when it is asked for. */
export interface Place {
  readonly parent: number;
  readonly step: Step;
  readonly at: unknown;
  readonly n: number;
}

/** The path from the root to the object whose place has that index. */
export function pathTo(places: readonly Place[], index: number): string {
  let path = "";
  for (let at = places[index]; at !== undefined; at = places[at.parent]) path = at.step(at.at, at.n) + path;
  return path;
}

const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;

export const noStep: Step = () => "";
export const keyStep: Step = (key) => (IDENTIFIER.test(String(key)) ? `.${key}` : `[${JSON.stringify(key)}]`);
export const itemStep: Step = (i) => `[${i}]`;
export const itemInSetStep: Step = (n) => `.values()[${n}]`;
export const keyInMapStep: Step = (_key, n) => `.keys()[${n}]`;
export const mapStep: Step = (key, n) =>
  typeof key === "string" || typeof key === "number" ? `.get(${JSON.stringify(key)})` : `.values()[${n}]`;
export const bufferStep: Step = () => ".buffer";

/** A number, of which JSON knows not all. */
export function numberSlot(value: number): Slot {
  if (Number.isFinite(value)) return Object.is(value, -0) ? [NEGATIVE_ZERO] : value;
  if (Number.isNaN(value)) return [NOT_A_NUMBER];
  return [value > 0 ? INFINITE : NEGATIVE_INFINITE];
}
