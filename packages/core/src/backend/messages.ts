import { makeSend } from "../kernel/codec-host.js";
import { markTransfer, registerClass as register } from "../kernel/message/index.js";
import { sites } from "../kernel/sites.js";
import type { Backend, Bindings } from "./bindings.js";

export const transfer = (backend: Backend): typeof markTransfer =>
  backend.get("transfer", (own) => messages(own).markTransfer);

export const registerClass = (backend: Backend): typeof register =>
  backend.get("registerClass", (own) => messages(own).registerClass);

/** What packs values, and what is told of them before: of one copy, as the one looks up what the others have been told. */
export const messages = (own: Bindings) =>
  own.get("messages", ({ kernel }) => {
    makeSend(kernel);
    kernel.parking.sites = sites;
    return { kernel, markTransfer, registerClass: register };
  });
