/**
 * Numbers by 32-bit hashes: a table with open addresses, several times as fast as a Map and a tenth of its size. A hash
 * and its number lie side by side, so that looking one up touches one line of the processor's cache.
 */
export class HashTable {
  readonly #slots: Int32Array;
  readonly #mask: number;

  /** @param entries each hash once, and no number 0. */
  constructor(entries: ReadonlyMap<number, number>) {
    this.#slots = new Int32Array(2 ** Math.ceil(Math.log2(entries.size * 2 + 2)) * 2);
    this.#mask = this.#slots.length - 2;
    for (const [hash, number] of entries) {
      let slot = (hash << 1) & this.#mask;
      while (this.#slots[slot + 1] !== 0) slot = (slot + 2) & this.#mask;
      this.#slots[slot] = hash;
      this.#slots[slot + 1] = number;
    }
  }

  /** The number of a hash; 0 where there is none. */
  get(hash: number): number {
    const slots = this.#slots;
    const mask = this.#mask;
    for (let slot = (hash << 1) & mask; ; slot = (slot + 2) & mask) {
      const number = slots[slot + 1]!;
      if (number === 0 || slots[slot] === hash) return number;
    }
  }
}
