/** Where another worker finds a task's function: its module and its name there. */
export interface TaskRef {
  readonly module: string;
  readonly name: string;
}

/** A function that can run in another worker. Called directly, it runs here. */
// biome-ignore lint/suspicious/noExplicitAny: `any[]` is the one default from which every argument list can be inferred.
export interface Task<A extends readonly unknown[] = any[], R = unknown> {
  (...args: A): R;
  readonly ref: TaskRef;
}

/** What `import.meta` gives every module. */
export interface ModuleMeta {
  readonly url: string;
}

/** The functions among a module's exports, as tasks. */
export type TasksOf<M extends object> = {
  // biome-ignore lint/suspicious/noExplicitAny: matches a function of any arguments, as `Parameters` of the standard library does.
  readonly [K in keyof M as M[K] extends (...args: any[]) => unknown ? K : never]: M[K] extends (
    ...args: infer A
  ) => infer R
    ? Task<A, R>
    : never;
};
