import type { Adapter } from "../contracts/adapter.js";
import type { Bundles } from "./bundles.js";
import type { Kernel } from "./kernel.js";
import {
  type Arrived,
  type Host,
  type Packet,
  pack,
  packGraph,
  packList,
  packPlain,
  packThrown,
  unpack,
} from "./message/index.js";
import type { Region } from "./region.js";
import { creatorOf } from "./slots.js";

/** Packs what a worker sends, and unpacks what arrives. */
export class Codec {
  readonly #adapter: Adapter;
  readonly #region: Region;
  readonly #slot: number;
  readonly #bundles: Bundles;
  readonly #host: Host;

  constructor({ adapter, region, slot }: Kernel, bundles: Bundles, host: Host) {
    this.#adapter = adapter;
    this.#region = region;
    this.#slot = slot;
    this.#bundles = bundles;
    this.#host = host;
  }

  /**
   * A value as it travels. Throws SendError, with a path that begins with `root`, if something in it cannot. With `borrows`, the blobs are
   * valid only until something else happens.
   */
  pack(value: unknown, root: string, borrows = false): Packet {
    return packPlain(value, root) ?? this.#packGraph(value, root, borrows);
  }

  /** As {@link pack} with `borrows`, of arguments: of the list itself nothing is sent but its items. */
  packArguments(list: readonly unknown[], root: string): Packet {
    return packList(list, root) ?? this.#packGraph(list, root, true);
  }

  #packGraph(value: unknown, root: string, borrows: boolean): Packet {
    const { capabilities, fateOfHandle } = this.#adapter;
    return packGraph(this.#host, value, {
      root,
      borrows,
      hasNoParcels: !capabilities.postsObjects,
      fateOfHandle,
    });
  }

  /** As {@link pack}, for ways that have no postMessage beside them. */
  packWhole(value: unknown, root: string): Packet {
    return pack(this.#host, value, { root, hasNoParcels: true });
  }

  /** As {@link pack}, for what goes to several workers: nothing in it is moved. */
  packForMany(value: unknown, root: string): Packet {
    return pack(this.#host, value, {
      root,
      hasNoParcels: !this.#adapter.capabilities.postsObjects,
      isForMany: true,
    });
  }

  /** Something thrown, as it travels: what cannot be sent with it is left behind. */
  packThrown(error: unknown): Packet {
    return packThrown(this.#host, error);
  }

  /** The value of a packet that has arrived, whose sender keeps its bundle. */
  open(arrived: Arrived, parcel?: readonly unknown[]): unknown {
    return unpack(this.#host, arrived, parcel);
  }

  /** The value of a packet that has arrived, and whose bundle is this worker's: that ends with this, also if it throws. */
  take(arrived: Arrived, parcel?: readonly unknown[]): unknown {
    try {
      return unpack(this.#host, arrived, parcel);
    } finally {
      if (arrived.bundle !== undefined) this.#bundles.drop(arrived.bundle);
    }
  }

  /** What a packet of this worker's refers to is from now on its creator's, to whom it is about to be sent. */
  handToCreator({ bundle }: Packet): void {
    if (bundle !== undefined) this.#bundles.handOver(bundle, creatorOf(this.#region, this.#slot));
  }

  /** Whoever was sent a packet of this worker's has crashed: ends of pipes that nobody else was given are closed. */
  abandon({ bundle }: Packet): void {
    if (bundle !== undefined) this.#bundles.abandon(bundle);
  }

  /** Lets go of what a packet of this worker's refers to, as it will not be sent, or has been read. Once: to say it again does no harm. */
  dispose(packet: Pick<Packet, "bundle">): void {
    const { bundle } = packet;
    packet.bundle = undefined;
    if (bundle !== undefined) this.#bundles.drop(bundle);
  }
}
