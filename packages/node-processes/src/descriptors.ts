/** The descriptors that a process of Heddle's inherits from the one that started it, beside the three usual ones. */
export const IPC = 3;
export const REGION = 4;
/** What its creator tells it, and what it tells its creator. */
export const INBOX = 5;
export const OUTBOX = 6;
/** Says that there is something new in the boxes, and by its end that the process has ended. */
export const LINE = 7;

/** In the environment of a new process: by which adapter it was started, and from which process. */
export const BORN = "HEDDLE_PROCESS";
