import type { KernelAdapter } from "../contracts/adapter.js";
import {
  type Arrived,
  type CodecHost,
  type Items,
  type OwnedPacket,
  type Packet,
  pack,
  packGraph,
  packList,
  packPlain,
  packThrown,
  unpack,
  unpackItems,
  unpackThrown,
} from "./message/index.js";
import type { ReferenceSets } from "./reference-sets.js";
import type { Region } from "./region.js";
import { creatorOf } from "./worker-table.js";

/** Packs what a worker sends, and unpacks what arrives. */
export class Codec {
  readonly #adapter: KernelAdapter;
  readonly #region: Region;
  readonly #slot: number;
  readonly #referenceSets: ReferenceSets;
  readonly #host: CodecHost;

  constructor(adapter: KernelAdapter, region: Region, slot: number, referenceSets: ReferenceSets, host: CodecHost) {
    this.#adapter = adapter;
    this.#region = region;
    this.#slot = slot;
    this.#referenceSets = referenceSets;
    this.#host = host;
  }

  /**
   * A value as it travels. Throws SendError, with a path that begins with `root`, if something in it cannot.
   */
  pack(value: unknown, root: string): OwnedPacket {
    const { capabilities, sendModeOfHandle } = this.#adapter;
    return pack(this.#host, value, { root, hasNoTransfers: !capabilities.postsObjects, sendModeOfHandle });
  }

  /** As {@link pack}, with blobs that are valid only until something else happens. */
  packBorrowing(value: unknown, root: string): Packet {
    return packPlain(value, root) ?? this.#packGraph(value, root);
  }

  /**
   * As {@link packBorrowing}, of arguments: of the list itself nothing is sent but its items. `first` is the place of the first of
   * them, if the list is a part of a longer one.
   */
  packArguments(list: readonly unknown[], root: string, first = 0): Packet {
    return packList(list, root) ?? this.#packGraph(list, root, first);
  }

  #packGraph(value: unknown, root: string, first?: number): Packet {
    const { capabilities, sendModeOfHandle } = this.#adapter;
    return packGraph(this.#host, value, {
      root,
      ...(first === undefined ? {} : { first }),
      borrows: true,
      hasNoTransfers: !capabilities.postsObjects,
      sendModeOfHandle,
    });
  }

  /** As {@link packBorrowing}, for a way that has no postMessage beside it. */
  packItem(item: unknown, root = "item"): Packet {
    return packPlain(item, root) ?? packGraph(this.#host, item, { root, hasNoTransfers: true, borrows: true });
  }

  /** As {@link pack}, for ways that have no postMessage beside them. */
  packWhole(value: unknown, root: string): OwnedPacket {
    return pack(this.#host, value, { root, hasNoTransfers: true });
  }

  /** As {@link pack}, for what goes to several workers: nothing in it is moved. */
  packForMany(value: unknown, root: string): OwnedPacket {
    return pack(this.#host, value, {
      root,
      hasNoTransfers: !this.#adapter.capabilities.postsObjects,
      isForMany: true,
    });
  }

  /** Something thrown, as it travels: parts that cannot be sent with it are left behind. */
  packThrown(error: unknown): OwnedPacket {
    return packThrown(this.#host, error);
  }

  /** The reason of a cancellation, as it travels: whole, or else as something thrown. No reason keeps a worker from being asked to stop. */
  packReason(reason: unknown): OwnedPacket {
    try {
      return this.pack(reason, "reason");
    } catch {
      return this.packThrown(reason);
    }
  }

  /** The value of a packet that has arrived. Its sender keeps the reference set. */
  open(arrived: Arrived, transferables?: readonly unknown[]): unknown {
    return unpack(this.#host, arrived, transferables);
  }

  /** As {@link open}, of something thrown: without the parts that cannot be made here. Never throws. */
  openThrown(arrived: Arrived, transferables?: readonly unknown[]): unknown {
    return unpackThrown(this.#host, arrived, transferables);
  }

  /** As {@link open}, of a list whose items are of use without one another. */
  openItems(arrived: Arrived, transferables?: readonly unknown[]): Items {
    return unpackItems(this.#host, arrived, transferables);
  }

  /** The value of a packet that has arrived. Frees its reference set, which this worker holds, also if it throws. */
  openAndRelease(arrived: Arrived, transferables?: readonly unknown[]): unknown {
    return this.#openAndRelease(unpack, arrived, transferables);
  }

  /** As {@link openThrown}, and as {@link openAndRelease}. */
  openThrownAndRelease(arrived: Arrived, transferables?: readonly unknown[]): unknown {
    return this.#openAndRelease(unpackThrown, arrived, transferables);
  }

  #openAndRelease(open: typeof unpack, arrived: Arrived, transferables: readonly unknown[] | undefined): unknown {
    try {
      return open(this.#host, arrived, transferables);
    } finally {
      if (arrived.references !== undefined) this.#referenceSets.drop(arrived.references);
    }
  }

  /** The creator of this worker is about to get a packet: from now on the packet's references are the creator's. */
  handToCreator({ references }: Packet): void {
    if (references !== undefined) this.#referenceSets.handOver(references, creatorOf(this.#region, this.#slot));
  }

  /** The receiver of a packet of this worker's has crashed: closes the ends of pipes that nobody else was given. */
  abandon({ references }: Packet): void {
    if (references !== undefined) this.#referenceSets.onReceiverCrash(references);
  }

  /** Lets go of what a packet of this worker's refers to, as it will not be sent, or has been read. Once: to say it again does no harm. */
  dispose(packet: Pick<Packet, "references">): void {
    const { references } = packet;
    packet.references = undefined;
    if (references !== undefined) this.#referenceSets.drop(references);
  }
}
