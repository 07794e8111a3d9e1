import type { CodecHost, TaskName } from "./message/index.js";

/** How tasks are named in messages, and found by their names; the layer that knows tasks supplies it. */
export interface Tasks extends Pick<CodecHost, "nameOfTask" | "taskOfName"> {
  /** The function that a name stands for, if this worker has it already. */
  known(name: TaskName): ((...args: never[]) => unknown) | undefined;
  /** As {@link known}, loading its module if need be. Rejects with TaskNotFoundError. */
  find(name: TaskName): Promise<(...args: never[]) => unknown>;
}

export const noTasks: Tasks = {
  nameOfTask: () => undefined,
  taskOfName: () => undefined,
  known: () => undefined,
  find: ({ name }) => Promise.reject(new Error(`Heddle kernel: there are no tasks here to find ${name} among`)),
};
