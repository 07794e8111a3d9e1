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
