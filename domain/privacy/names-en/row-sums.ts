import type { FeatureList } from './feature-list.ts';

/** Sixteen bits of 32, twice. */
const evenBytes = 0x00ff00ff;
/** Added to each signed byte, so that none borrows from its neighbour. */
const shift = 0x80;

/**
 * A table of signed bytes, one row for each feature, of which rows are added up. It is kept small, so that it stays in
 * the processor's cache, and two bytes are added at once, in 16 bits each: the sum of 256 rows fits.
 */
export class RowSums {
  /** The place of each feature's row in `rows` by the feature's bits, as a table with open addresses; 0 for none. */
  readonly #slots: Uint16Array;
  /** Of each row the feature, then four bytes an element. The first row is of no feature. */
  readonly #rows: Int32Array;
  readonly #width: number;
  /** Where the rows that are added up begin. */
  readonly #found = new Int32Array(256);

  /**
   * @param features up to 65535, each once.
   * @param byteAt the byte of a row and a column, both from 0.
   */
  constructor(features: readonly number[], columns: number, byteAt: (row: number, column: number) => number) {
    const elements = Math.ceil(columns / 4);
    this.#width = elements + 1;
    this.#slots = new Uint16Array(2 ** Math.ceil(Math.log2(features.length * 2 + 2)));
    this.#rows = new Int32Array((features.length + 1) * this.#width);
    const bytes = new Uint8Array(this.#rows.buffer);
    for (const [row, feature] of features.entries()) {
      const from = (row + 1) * this.#width;
      this.#rows[from] = feature;
      for (let column = 0; column < columns; column += 1) bytes[(from + 1) * 4 + column] = byteAt(row, column) + shift;
      let slot = feature & (this.#slots.length - 1);
      while (this.#slots[slot] !== 0) slot = (slot + 1) & (this.#slots.length - 1);
      this.#slots[slot] = row + 1;
    }
  }

  /** Puts the sum of each column over the features into `sums`. Features without a row count nothing. */
  sum({ items, size }: FeatureList, sums: Int32Array): void {
    const slots = this.#slots;
    const rows = this.#rows;
    const width = this.#width;
    const found = this.#found;
    const mask = slots.length - 1;
    let count = 0;
    for (let i = 0; i < size; i += 1) {
      const feature = items[i]!;
      let slot = feature & mask;
      let from = slots[slot]! * width;
      while (from !== 0 && rows[from] !== feature) {
        slot = (slot + 1) & mask;
        from = slots[slot]! * width;
      }
      found[count] = from;
      if (from !== 0) count += 1;
    }
    for (let element = 1; element < width; element += 1) {
      let even = 0;
      let odd = 0;
      for (let i = 0; i < count; i += 1) {
        const bytes = rows[found[i]! + element]!;
        even = (even + (bytes & evenBytes)) | 0;
        odd = (odd + ((bytes >>> 8) & evenBytes)) | 0;
      }
      const column = element * 4 - 4;
      sums[column] = (even & 0xffff) - count * shift;
      sums[column + 1] = (odd & 0xffff) - count * shift;
      sums[column + 2] = (even >>> 16) - count * shift;
      sums[column + 3] = (odd >>> 16) - count * shift;
    }
  }
}
