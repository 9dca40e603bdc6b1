import { mix } from './hash.ts';

/** Features that hold, each as 32 bits. One list is filled over and over, as a text has thousands of them. */
export class FeatureList {
  /** Read up to `size` only. More features than fit, a word with its run cannot have. */
  readonly items = new Int32Array(512);
  size = 0;

  /** @param slot what the feature is about. */
  add(slot: number, value: number): void {
    this.items[this.size] = mix(slot, value);
    this.size += 1;
  }

  clear(): void {
    this.size = 0;
  }
}
