// Looked up once: where modules run in a context of their own, as in tests, a global costs a call each time.
const { floor, imul } = Math;

/**
 * Asks which words of `from` to `to` characters at `at` are in a set: bit n is set for one of n characters, always for
 * members, seldom for others.
 */
export type WordFilter = (text: string, at: number, from: number, to: number) => number;

/** Reads a blocked Bloom filter of lexicons/chinese-word-filters.ts. */
export function wordFilter(packed: string): WordFilter {
  const bytes = Uint8Array.from(atob(packed), (char) => char.charCodeAt(0));
  const blocks = new Int32Array(bytes.buffer);
  const { length } = blocks;
  return (text, at, from, to) => {
    let folded = 0x811c_9dc5;
    let sizes = 0;
    for (let size = 1; size <= to; size += 1) {
      folded = imul(folded ^ text.charCodeAt(at + size - 1), 0x0100_0193);
      if (size < from) continue;
      let a = imul(folded ^ (folded >>> 15), 0x85eb_ca6b);
      a ^= a >>> 13;
      const block = blocks[floor(((a >>> 0) * length) / 0x1_0000_0000)] ?? 0;
      let b = imul(a, 0xc2b2_ae35);
      b ^= b >>> 16;
      if (
        (block >>> (b & 31)) &
        (block >>> ((b >>> 5) & 31)) &
        (block >>> ((b >>> 10) & 31)) &
        (block >>> ((b >>> 15) & 31)) &
        1
      )
        sizes |= 1 << size;
    }
    return sizes;
  };
}
