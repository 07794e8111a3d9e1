import { makeSend } from "../kernel/codec-host.js";
import { markTransfer, registerClass as register } from "../kernel/message/index.js";
import { sites } from "../kernel/sites.js";
import { taking } from "./arity.js";
import type { Backend, Bindings } from "./bindings.js";

export const transfer = (backend: Backend): typeof markTransfer =>
  backend.get("transfer", (own) => messages(own).markTransfer);

export const registerClass = (backend: Backend): typeof register =>
  backend.get("registerClass", (own) => messages(own).registerClass);

/** The functions that pack values, and those that register with them: of one copy, as packing looks up what was registered. */
export const messages = (own: Bindings) =>
  own.get("messages", ({ kernel }) => {
    makeSend(kernel);
    kernel.parking.sites = sites;
    return {
      kernel,
      markTransfer: taking(2, "transfer", markTransfer),
      registerClass: taking(2, "registerClass", register),
    };
  });
