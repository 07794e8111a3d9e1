/** Core's own code, in memory that threads share. */
export interface SharedCode {
  /** Where it was read: another copy of Heddle in the program has its own. */
  readonly url: string;
  readonly text: Uint8Array<SharedArrayBuffer>;
  /** V8's code for that text. */
  readonly cache: Uint8Array<SharedArrayBuffer>;
}

/**
 * The code that a thread needs not compile. Only the module that loads core on Node has it (packages/core/node), which exports another
 * function of this name.
 */
export const codeForWorkers = (): SharedCode | undefined => undefined;
