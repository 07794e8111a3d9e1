import { current, tasksFrom } from "heddle/processes";
import { runTaskBy } from "./run-task.js";

/** Runs a task in a process of a machine. */
export const runTask = runTaskBy({ current, tasksFrom });
