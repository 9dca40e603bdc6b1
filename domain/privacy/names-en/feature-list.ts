/** Features that hold, each as 32 bits. One list is filled over and over, as a text has thousands of them. */
export class FeatureList {
  /** Read up to `size` only. */
  items = new Int32Array(256);
  size = 0;

  add(feature: number): void {
    if (this.size === this.items.length) {
      const grown = new Int32Array(this.size * 2);
      grown.set(this.items);
      this.items = grown;
    }
    this.items[this.size] = feature;
    this.size += 1;
  }

  clear(): void {
    this.size = 0;
  }
}
