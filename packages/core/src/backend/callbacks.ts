import type { Adapter } from "../contracts/adapter.js";
import { CallbackClosedError } from "../contracts/errors.js";
import type { Surface } from "../contracts/surface.js";
import { admitError } from "../kernel/message/index.js";
import { Callbacks } from "../remote/callback.js";
import { Calls } from "../remote/calls.js";
import { taking } from "./arity.js";
import type { Backend, Bindings } from "./bindings.js";
import { workers } from "./workers.js";

/** A bundle has this only if its program makes callbacks, or names an error of theirs: nobody else could send it one. */
export const callback = (backend: Backend<Adapter>): Surface["callback"] =>
  backend.get("callback", (own) => {
    admitError(CallbackClosedError);
    const callbacks = new Callbacks(calls(own));
    return taking(1, "callback", (fn) => callbacks.make(fn)) as Surface["callback"];
  });

const calls = (own: Bindings<Adapter>): Calls =>
  own.get("calls", ({ boot }) => new Calls(workers(own).services, boot?.job.kind === "target"));
