import { type Call, definesTasks, type Rewritten, rewrite } from "./rewrite.js";

/** The used part of the context of Vite's, Rollup's and Rolldown's hooks. */
export interface Context {
  getModuleInfo(id: string): { isEntry: boolean } | null;
  emitFile(file: { type: "chunk"; id: string }): string;
}

/** These tools write a module to a file of its own, from which the others import it: then workers find it there. */
export function transform(context: Context, calls: readonly Call[], code: string, id: string): Rewritten | undefined {
  const isEntry = context.getModuleInfo(id)?.isEntry;
  if (definesTasks(calls) && isEntry === false) context.emitFile({ type: "chunk", id });
  return rewrite(code, calls, { isEntry, entry: undefined });
}
