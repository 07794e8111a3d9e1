import { LEFT_OUT, type Node } from "./packet.js";

/** Stands for an object that is left out. */
export const NONE: Node = ["x"];

/**
 * Leaves out views of a buffer that is left out, and instances whose class has packed them as such an object. Returns whether the root is
 * one of them.
 */
export function leaveOutHolders(nodes: Node[]): boolean {
  // From the end: the value that an instance was packed as comes after it.
  for (let i = nodes.length - 1; i >= 0; i--) {
    const [tag, , of] = nodes[i] as Node;
    if (tag !== "v" && tag !== "q") continue;
    const at: unknown = Array.isArray(of) ? of[0] : tag === "v" && of;
    if (at === LEFT_OUT || (typeof at === "number" && nodes[at] === NONE)) nodes[i] = NONE;
  }
  return nodes[0] === NONE;
}
