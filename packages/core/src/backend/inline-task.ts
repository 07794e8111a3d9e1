import type { Adapter } from "../contracts/adapter.js";
import type { Surface } from "../contracts/surface.js";
import type { TaskMadeOf } from "../contracts/task.js";
import type { AnyFunction } from "../task/definitions.js";
import { inlineModule } from "../task/inline-source.js";
import { refuseSurplus } from "./arity.js";
import type { Backend } from "./bindings.js";
import { workers } from "./workers.js";

/** In a file of its own, as it needs a parser, which is as large as most of the rest. */
export const inline = (backend: Backend<Adapter>): Surface["inline"] =>
  backend.get("inline", (own) => {
    const { adapter, tasks } = workers(own).services;
    const { host } = adapter;
    const made: Surface["inline"] = <F extends CallableFunction>(fn: F, ...surplus: unknown[]): TaskMadeOf<F> => {
      refuseSurplus(1, "inline", surplus);
      const importer = (): string | undefined => host.importerOf(host.runningModule(undefined, made));
      const given = fn as unknown as AnyFunction;
      return tasks.inline(given, inlineModule(given, importer)) as TaskMadeOf<F>;
    };
    return made;
  });
