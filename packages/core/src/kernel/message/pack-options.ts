import type { KernelAdapter } from "../../contracts/adapter.js";

export interface PackOptions {
  /** The name of the value at the beginning of a SendError's path. */
  readonly root: string;
  /** Of a list, nothing is sent but its items. This is the place of the first one in a longer list that it may be a part of, for paths. */
  readonly first?: number;
  /** Leaves out what cannot be sent, wherever it is, instead of throwing. */
  readonly isLenient?: boolean;
  /** There is no postMessage beside this way: a value that needs it cannot be sent. */
  readonly hasNoTransfers?: boolean;
  /**
   * Blobs may be parts of what is sent, instead of copies: for who writes them elsewhere before anything else happens. A value that is
   * moved is copied all the same.
   */
  readonly borrows?: boolean;
  /** It goes to several workers: values marked to be moved are copied, and values that can only be moved cannot be sent. */
  readonly isForMany?: boolean;
  /** How something travels that is a handle of the operating system; it can be posted even where nothing else can. */
  readonly sendModeOfHandle?: KernelAdapter["sendModeOfHandle"];
}
