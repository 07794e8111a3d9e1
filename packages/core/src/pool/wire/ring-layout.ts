import {
  ANSWER_RING_CAPACITY,
  CALL_RING_CAPACITY,
  LINK_ANSWER_BYTES,
  LINK_ANSWERS,
  LINK_CALL_BYTES,
  LINK_CALLS,
} from "../../kernel/layout.js";
import type { RingLayout } from "../../kernel/ring.js";

/*
 * The words of a link, apart from the claims, whose states stand in kernel/layout.ts:
 *
 * | word | state | changed by | to |
 * |---|---|---|---|
 * | `LINK_PACE` | nanoseconds a call, 0 at first | the worker, before it publishes an answer | its new average |
 * | `LINK_CALLS`, `LINK_CALL_BYTES` | a ring (kernel/ring.ts) | the pool writes, the worker reads | |
 * | `LINK_ANSWERS`, `LINK_ANSWER_BYTES` | a ring | the worker writes, the pool reads | |
 */

export const callsOf = (link: number): RingLayout => ({
  words: link + LINK_CALLS,
  bytes: link + LINK_CALL_BYTES,
  capacity: CALL_RING_CAPACITY,
});
export const answersOf = (link: number): RingLayout => ({
  words: link + LINK_ANSWERS,
  bytes: link + LINK_ANSWER_BYTES,
  capacity: ANSWER_RING_CAPACITY,
});
