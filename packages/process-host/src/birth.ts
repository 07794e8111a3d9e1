import type { Ends } from "./pipe.js";

/**
 * What a process is born with. All numbers but the first are descriptors of its creator's, by which it opens what they share
 * (`openOf`): no descriptor is inherited, as not every runtime can pass any on, and some would pass them on to everybody.
 */
export interface Birth {
  readonly creator: number;
  /** The region's memory. */
  readonly region: number;
  /** What the creator tells it, and what it tells its creator. */
  readonly inbox: number;
  readonly outbox: number;
  /** Its own pipe. */
  readonly pipe: Ends;
  /** The writing end of the creator's. */
  readonly knocker: number;
}
