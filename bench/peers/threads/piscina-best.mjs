import { open as openPiscina } from "./piscina.mjs";

export const name = "piscina, 64 tasks a worker";

/** A worker that has tasks at hand need not wait for the next: its best setting for batches. */
export const open = (size) => openPiscina(size, { concurrentTasksPerWorker: 64 });
