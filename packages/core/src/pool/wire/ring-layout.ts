import {
  ANSWER_RING_CAPACITY,
  CALL_RING_CAPACITY,
  LINK_ANSWER_BYTES,
  LINK_ANSWERS,
  LINK_CALL_BYTES,
  LINK_CALLS,
} from "../../kernel/layout.js";
import type { RingLayout } from "../../kernel/ring.js";

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
