/**
 * Two 32-bit hashes of a text: FNV-1a (Fowler, Noll, Vo) over its UTF-16 units, and the same with another base and upper bits mixed in.
 */
export function hashText(text: string): readonly [number, number] {
  let a = 0x811c9dc5 | 0;
  let b = 0x01000193 | 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    a = Math.imul(a ^ unit, 0x01000193);
    b = Math.imul(b ^ unit, 0x01000193) ^ (b >>> 15);
  }
  return [a, b];
}

/** A 32-bit hash of bytes: FNV-1a, then the last steps of MurmurHash3 (Appleby), as a hash table looks at the low bits. */
export function hashBytes(bytes: Uint8Array, seed: number): number {
  let hash = Math.imul(0x811c9dc5 ^ seed, 0x01000193);
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
