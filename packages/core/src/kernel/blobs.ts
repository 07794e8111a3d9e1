import type { Cells, Handle } from "./cells.js";
import { BLOB_BYTES, BLOB_DATA, BLOB_FROM, CELL_PAYLOAD, Kind, WORD } from "./layout.js";
import type { Region } from "./region.js";

/**
 * Bytes of messages in cells of their own: the sender writes them once, the receiver reads them once and frees them. As with a reference
 * set, one word names the owner of a blob at any instant. So if a worker dies, another one has the blob, or recovery frees it.
 *
 * | state | holder | changed by |
 * |---|---|---|
 * | made | its maker | {@link create} |
 * | handed over | the receiver; `BLOB_FROM` says from whom | {@link handOver}, before the message is sent |
 * | never sent, as its maker died | freed by the receiver | `ReferenceSets.dropUnsentOf` |
 * | read | nobody | {@link drop}, by its holder |
 *
 * | word | state | changed by | to |
 * |---|---|---|---|
 * | `BLOB_FROM` | 0, its maker's | {@link handOver}, in the commit that makes it the receiver's | the sender's slot + 1 |
 * | `BLOB_BYTES`, `BLOB_DATA` | its length and content | its maker, before it hands it over | constant |
 */
export class Blobs {
  readonly #region: Region;
  readonly #cells: Cells;

  constructor(region: Region, cells: Cells) {
    this.#region = region;
    this.#cells = cells;
  }

  /** Room for `bytes`, this worker's. Its content is undefined until it is written. */
  create(bytes: number): Handle {
    const cell = this.#cells.createUnzeroed(Kind.Blob, BLOB_DATA - CELL_PAYLOAD + Math.ceil(bytes / WORD));
    const { i32 } = this.#region;
    i32[cell + BLOB_FROM] = 0;
    i32[cell + BLOB_BYTES] = bytes;
    return this.#cells.handleOfCell(cell);
  }

  /** The bytes themselves, of a blob that this worker holds: valid until it is handed over or dropped. */
  bytesOf(blob: Handle): Uint8Array {
    this.#cells.check(blob);
    const length = (this.#region.i32[blob.address + BLOB_BYTES] as number) >>> 0;
    const start = (blob.address + BLOB_DATA) * WORD;
    this.#region.reach(blob.address + BLOB_DATA + Math.ceil(length / WORD) - 1);
    return this.#region.u8.subarray(start, start + length);
  }

  /** Makes a blob of this worker's that of the worker in `slot`, to whom its message is about to be sent. */
  handOver(blob: Handle, slot: number): void {
    this.#cells.handOver(blob, slot, blob.address + BLOB_FROM);
  }

  /** Frees a blob that this worker holds. */
  drop(blob: Handle): void {
    this.#cells.check(blob);
    this.#cells.letGo(blob.address);
  }
}
