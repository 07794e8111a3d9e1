import type { Kernel } from "../kernel/kernel.js";
import {
  CELL_HOLDERS,
  CELL_REFERENCES,
  ENDS,
  Kind,
  MAX_WORKERS,
  SLOT_ID,
  slotAddress,
  WORD,
} from "../kernel/layout.js";
import {
  ENDPOINT_CLOSED,
  ENDPOINT_HOME,
  ENDPOINT_HOME_ID,
  ENDPOINT_REQUESTS,
  ENDPOINT_STATE,
  ENDPOINT_TEXT,
  ENDPOINT_TEXT_BYTES,
  ENDPOINT_WORDS,
} from "../kernel/layout-endpoint.js";
import { TextDecoder, TextEncoder } from "../kernel/web.js";
import { Mailbox } from "../queue/mailbox.js";

/**
 * Something that other workers call in its home, the worker that serves it. Each worker that has it holds the cell; its home holds it, too.
 * Recovery takes away all that a dead home held, and needs to know of no kind for that. So an endpoint is lost if its home does not hold
 * it, or if the slot is another worker's.
 *
 * | word | state | changed by | to |
 * |---|---|---|---|
 * | `ENDPOINT_REQUESTS` | 0 | the maker, in the commit that counts the reference | its mailbox |
 * | `ENDPOINT_REQUESTS` | its mailbox | the worker that destroys the endpoint | 0 |
 * | `ENDPOINT_HOME`, `ENDPOINT_HOME_ID` | the maker's slot + 1, its id | the maker, before anybody else knows the cell | constant |
 * | `ENDPOINT_STATE` | `ENDPOINT_OPEN` | the home, without the latch, before it shuts the mailbox | `ENDPOINT_CLOSED` |
 * | `ENDPOINT_TEXT_BYTES`, `ENDPOINT_TEXT` | its description | the maker, before anybody else knows the cell | constant |
 *
 * The home's bit in `CELL_HOLDERS` goes before `ENDS` changes, and `ENDS` changes before the ring. So a caller that saw the bit is rung
 * later, and looks again.
 */
export class Endpoint {
  readonly cell: number;
  readonly requests: Mailbox;
  readonly #kernel: Kernel;

  constructor(kernel: Kernel, cell: number) {
    kernel.region.reach(cell + ENDPOINT_TEXT);
    this.#kernel = kernel;
    this.cell = cell;
    this.requests = new Mailbox(kernel, this.#load(ENDPOINT_REQUESTS));
  }

  /** A new one, whose home is this worker. `about` says what it is. */
  static create(kernel: Kernel, about: string): number {
    const { cells, region } = kernel;
    const text = new TextEncoder().encode(about);
    const requests = Mailbox.create(kernel);
    try {
      const cell = cells.create(Kind.Endpoint, ENDPOINT_WORDS + Math.ceil(text.length / WORD));
      region.reach(cell + ENDPOINT_TEXT + Math.ceil(text.length / WORD));
      region.i32[cell + ENDPOINT_TEXT_BYTES] = text.length;
      region.u8.set(text, (cell + ENDPOINT_TEXT) * WORD);
      region.i32[cell + ENDPOINT_HOME] = kernel.slot + 1;
      region.i32[cell + ENDPOINT_HOME_ID] = kernel.id;
      cells.referToCell(cell + ENDPOINT_REQUESTS, requests);
      return cell;
    } finally {
      // From here on the endpoint alone holds it.
      cells.letGo(requests);
    }
  }

  /** For the kind: `endpoint` is the cell. */
  static destroy(kernel: Kernel, endpoint: number): void {
    kernel.cells.referNoMore(endpoint + ENDPOINT_REQUESTS);
  }

  /** For the kind: its home counts again once somebody has let go of it. */
  static onRelease({ region, bell }: Kernel, endpoint: number): () => void {
    // Read before: afterwards the cell may be another's.
    const home = Atomics.load(region.i32, endpoint + ENDPOINT_HOME) - 1;
    return () => {
      Atomics.add(region.i32, ENDS, 1);
      bell.ring(home);
    };
  }

  get about(): string {
    const at = (this.cell + ENDPOINT_TEXT) * WORD;
    const bytes = this.#load(ENDPOINT_TEXT_BYTES);
    this.#kernel.region.reach(this.cell + ENDPOINT_TEXT + Math.ceil(bytes / WORD));
    return new TextDecoder().decode(this.#kernel.region.u8.slice(at, at + bytes));
  }

  /** The slot of its home. */
  get home(): number {
    return this.#load(ENDPOINT_HOME) - 1;
  }

  /** Whether its home has ended, or has let go of it. */
  get isLost(): boolean {
    return !this.isHeldBy(this.home, this.#load(ENDPOINT_HOME_ID));
  }

  get isClosed(): boolean {
    return this.#load(ENDPOINT_STATE) === ENDPOINT_CLOSED;
  }

  /** By its home: takes no more calls. Those that were put before can still be taken. */
  close(): void {
    Atomics.store(this.#kernel.region.i32, this.cell + ENDPOINT_STATE, ENDPOINT_CLOSED);
    this.requests.shut();
  }

  /** By its home, which holds it: how many other workers and messages refer to it. */
  get others(): number {
    return this.#load(CELL_REFERENCES) - 1;
  }

  /** Whether the worker with that id, which has had that slot, holds it yet. */
  isHeldBy(slot: number, id: number): boolean {
    return this.#isHeldIn(slot) && Atomics.load(this.#kernel.region.i32, slotAddress(slot) + SLOT_ID) === (id | 0);
  }

  #isHeldIn(slot: number): boolean {
    return (this.#load(CELL_HOLDERS + (slot >> 5)) & (1 << (slot & 31))) !== 0;
  }

  /** How many of the other workers that hold it are so. */
  countHolders(isSo: (slot: number) => boolean): number {
    let count = 0;
    for (let slot = 0; slot < MAX_WORKERS; slot++) {
      if (slot !== this.#kernel.slot && this.#isHeldIn(slot) && isSo(slot)) count++;
    }
    return count;
  }

  #load(word: number): number {
    return Atomics.load(this.#kernel.region.i32, this.cell + word);
  }
}
