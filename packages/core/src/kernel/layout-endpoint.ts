/** The words of an endpoint, in its cell. */

import { CELL_PAYLOAD } from "./layout.js";

/** The mailbox that its home reads. */
export const ENDPOINT_REQUESTS = CELL_PAYLOAD;
/** The worker that serves it, its slot + 1. */
export const ENDPOINT_HOME = CELL_PAYLOAD + 1;
/** The id of that worker. */
export const ENDPOINT_HOME_ID = CELL_PAYLOAD + 2;
/** One of the states below. */
export const ENDPOINT_STATE = CELL_PAYLOAD + 3;
/** Bytes of its description, which follows. Constant. */
export const ENDPOINT_TEXT_BYTES = CELL_PAYLOAD + 4;
export const ENDPOINT_TEXT = CELL_PAYLOAD + 5;
export const ENDPOINT_WORDS = 5;

export const ENDPOINT_OPEN = 0;
/** Its home takes no more calls. */
export const ENDPOINT_CLOSED = 1;
