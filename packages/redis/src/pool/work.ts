/** How a task is run: once with its arguments; once for each item; or likewise, and what it threw is told beside the results before. */
export type Mode = "call" | "map" | "attempt";

/** A call as it goes to a machine. */
export interface Work {
  /** Its module's name on every machine. */
  readonly module: string;
  /** The task's name in its module. */
  readonly name: string;
  readonly mode: Mode;
  /** The place of its first item among all of a map, for paths; undefined of a call. */
  readonly first: number | undefined;
  /** Milliseconds that it may run, if there is a limit. */
  readonly timeout: number | undefined;
  /** Milliseconds that it may go on after it was asked to stop. */
  readonly grace: number;
  /** Where its packed arguments are, and what of them is here. */
  readonly where: string;
  readonly args: Uint8Array;
}

/** How a task has ended in a worker: its result or its error, packed. */
export interface Done {
  readonly how: "value" | "error";
  readonly bytes: Uint8Array;
}
