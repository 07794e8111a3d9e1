import { diag, type TracerProvider } from "@opentelemetry/api";

/** A provider of the SDK, or the API's proxy for one. */
interface SdkProvider extends TracerProvider {
  getDelegate?(): SdkProvider;
  forceFlush?(): Promise<void>;
}

let isSet = false;

/** Has this worker export its spans before it ends by itself. Those still in a batch would otherwise be lost. */
export function flushAtEnd(current: () => TracerProvider): void {
  if (isSet) return;
  isSet = true;
  // Once: after the export the event loop has nothing left to do, and the event would come again.
  process.once("beforeExit", () => {
    const provider: SdkProvider = current();
    const sdk = provider.getDelegate?.() ?? provider;
    sdk.forceFlush?.().catch((error: unknown) => diag.error("@heddle/opentelemetry: spans were not exported", error));
  });
}
