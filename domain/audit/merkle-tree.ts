import { createHash } from 'node:crypto';

/** sha256 of an empty tree, a leaf or an inner node: 32 bytes. */
export type Hash = Buffer;

/** A subtree without gaps: 2^level leaves, the first of them number index · 2^level. */
export interface Subtree {
  level: number;
  index: number;
}

/** Sizes and indexes are whole numbers below 2^53, so no bit operators, which cut to 32 bits. */
const firstLeafOf = ({ level, index }: Subtree): number => index * 2 ** level;

/** The leaf with which the subtree is complete. */
export const lastLeafOf = (subtree: Subtree): number => firstLeafOf(subtree) + 2 ** subtree.level - 1;

/** RFC 6962, 2.1: the hash of a leaf. The prefix keeps a leaf from passing for an inner node. */
export function leafHash(leaf: Uint8Array): Hash {
  return createHash('sha256').update(leafPrefix).update(leaf).digest();
}

/** RFC 6962, 2.1: the hash of an inner node. */
export function nodeHash(left: Hash, right: Hash): Hash {
  return createHash('sha256').update(nodePrefix).update(left).update(right).digest();
}

const leafPrefix = new Uint8Array([0]);
const nodePrefix = new Uint8Array([1]);

/** RFC 6962, 2.1: the hash of the empty list. */
export const emptyRoot: Hash = createHash('sha256').digest();

/**
 * The complete subtrees that leaves [from, to) fall into, from left to right. `from` must be where a subtree of that
 * size may begin, as it is for every range of RFC 6962.
 */
export function subtreesOf(from: number, to: number): Subtree[] {
  const subtrees: Subtree[] = [];
  for (let start = from; start < to;) {
    let level = 0;
    while (start % 2 ** (level + 1) === 0 && start + 2 ** (level + 1) <= to) level += 1;
    subtrees.push({ level, index: start / 2 ** level });
    start += 2 ** level;
  }
  return subtrees;
}

/** The root over neighbouring subtrees, given from left to right as `subtreesOf` names them. */
export function rootOf(hashes: readonly Hash[]): Hash {
  return (
    hashes.reduceRight((right: Hash | undefined, left) => (right ? nodeHash(left, right) : left), undefined) ??
    emptyRoot
  );
}

/** Leaves [from, to). */
export interface LeafRange {
  from: number;
  to: number;
}

/**
 * RFC 6962, 2.1.1 (audit path): the ranges whose hashes prove that leaf `index` is in the tree of `size` leaves, from
 * the leaf to the root. `index` < `size`.
 */
export function inclusionPath(index: number, size: number): LeafRange[] {
  const path: LeafRange[] = [];
  for (let [from, to] = [0, size]; to - from > 1;) {
    const middle = from + largestPowerBelow(to - from);
    if (index < middle) {
      path.unshift({ from: middle, to });
      to = middle;
    } else {
      path.unshift({ from, to: middle });
      from = middle;
    }
  }
  return path;
}

/**
 * RFC 6962, 2.1.2: the ranges whose hashes prove that the tree of `size` leaves begins with the tree of `oldSize`.
 * 0 < `oldSize` ≤ `size`.
 */
export function consistencyPath(oldSize: number, size: number): LeafRange[] {
  const path: LeafRange[] = [];
  let [from, to] = [0, size];
  while (oldSize !== to) {
    const middle = from + largestPowerBelow(to - from);
    if (oldSize <= middle) {
      path.unshift({ from: middle, to });
      to = middle;
    } else {
      path.unshift({ from, to: middle });
      from = middle;
    }
  }
  // The old tree itself is known to whoever asks.
  return from === 0 ? path : [{ from, to }, ...path];
}

/** The largest power of two smaller than `count` ≥ 2. */
function largestPowerBelow(count: number): number {
  let power = 1;
  while (power * 2 < count) power *= 2;
  return power;
}

/** The right edge of a tree: all that is needed to go on appending, and its root. */
export class TreeEdge {
  #size = 0;
  /** Hashes of `subtreesOf(0, size)`. */
  readonly #edge: Hash[] = [];

  /** @param edge the hashes of `subtreesOf(0, size)`. */
  constructor(size = 0, edge: readonly Hash[] = []) {
    this.#size = size;
    this.#edge.push(...edge);
  }

  get size(): number {
    return this.#size;
  }

  get root(): Hash {
    return rootOf(this.#edge);
  }

  /**
   * Adds a leaf.
   * @returns the hashes that are final now: the leaf's, then those of the subtrees that it completes, smallest first.
   */
  append(leaf: Hash): Hash[] {
    const completed = [leaf];
    let hash = leaf;
    for (let pairs = this.#size; pairs % 2 === 1; pairs = (pairs - 1) / 2) {
      const left = this.#edge.pop();
      if (!left) throw new Error(`the edge of a tree of ${this.#size} leaves lacks a hash`);
      hash = nodeHash(left, hash);
      completed.push(hash);
    }
    this.#edge.push(hash);
    this.#size += 1;
    return completed;
  }
}
