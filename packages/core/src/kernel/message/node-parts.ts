import type { Node } from "./packet.js";

/** After the tag, class, name, message, stack, and how many properties are not enumerable. */
export const FIRST_ERROR_PART = 6;

/** The slots of a node that refer to what is in the object. */
export function slotsOf([tag, ...parts]: Node): unknown[] {
  switch (tag) {
    case "a":
    case "m":
    case "t":
      return parts;
    case "o":
      return parts.filter((_, i) => i % 2 === 1);
    case "s":
    case "c":
      return parts.filter((_, i) => i > 0 && i % 2 === 0);
    case "e":
      return parts.filter((_, i) => i >= FIRST_ERROR_PART && i % 2 === 0);
    case "q":
      return parts.slice(1);
    case "v":
      return [[parts[1]]];
    default:
      return [];
  }
}

/** The objects that slots refer to. */
export const indicesIn = (slots: readonly unknown[]): number[] =>
  slots.flatMap((slot) => (Array.isArray(slot) && typeof slot[0] === "number" && slot[0] >= 0 ? [slot[0]] : []));

export interface Reason {
  readonly why: unknown;
}

/**
 * Why a part that can be reached from a slot was left out: undefined if none was. `reasons` are those of the parts, by their indices.
 * `seen` are parts from which none can be reached.
 */
export function reasonWithin(
  slot: unknown,
  nodes: readonly Node[],
  reasons: ReadonlyMap<number, unknown>,
  seen = new Set<number>(),
): Reason | undefined {
  const found = indicesIn([slot]);
  for (let at = found.pop(); at !== undefined; at = found.pop()) {
    if (reasons.has(at)) return { why: reasons.get(at) };
    const node = nodes[at];
    if (seen.has(at) || node === undefined) continue;
    seen.add(at);
    found.push(...indicesIn(slotsOf(node)));
  }
  return undefined;
}
