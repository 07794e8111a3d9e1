/**
 * Bytes of a packet that are made where they are to lie: from there they need not be copied once more. They are of a value that the packet
 * borrows, unless {@link owned} says that nobody can change it.
 */
export interface Unwritten {
  /** How many bytes it takes, as far as is known. */
  readonly length: number;
  /** Fills `target`, which is so long and begins at a multiple of eight. False if it takes more: its length has changed then. */
  writeTo(target: Uint8Array): boolean;
  /** The same bytes, which a later change of the value does not reach. */
  owned(): PacketBytes;
}

export type PacketBytes = Uint8Array | Unwritten;

export function bytesOf(bytes: PacketBytes): Uint8Array {
  if (bytes instanceof Uint8Array) return bytes;
  for (;;) {
    const made = new Uint8Array(bytes.length);
    if (bytes.writeTo(made)) return made;
  }
}

/** As a packet has it that is kept: borrowed bytes are copied. */
export const ownedOf = (bytes: PacketBytes): PacketBytes =>
  bytes instanceof Uint8Array ? bytes.slice() : bytes.owned();
