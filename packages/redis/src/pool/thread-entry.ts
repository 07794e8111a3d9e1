import { current, tasksFrom } from "heddle";
import { runTaskBy } from "./run-task.js";

/** Runs a task in a thread of a machine. */
export const runTask = runTaskBy({ current, tasksFrom });
