import { open as openPoolifier } from "./poolifier.mjs";

export const name = "poolifier, queues and stealing";

const settings = {
  enableTasksQueue: true,
  tasksQueueOptions: { concurrency: 16, taskStealing: true, tasksStealingOnBackPressure: true },
};

export const open = (size) => openPoolifier(size, settings);
