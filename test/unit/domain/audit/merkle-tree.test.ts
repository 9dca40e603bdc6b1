import {
  consistencyPath,
  emptyRoot,
  type Hash,
  inclusionPath,
  leafHash,
  lastLeafOf,
  nodeHash,
  rootOf,
  subtreesOf,
  TreeEdge,
} from '../../../../domain/audit/merkle-tree.ts';

/** Leaves and roots of the reference implementation, google/certificate-transparency `merkle_tree_test.cc`. */
const referenceLeaves = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
];
const referenceRoots = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

const hex = (hash: Hash): string => Buffer.from(hash).toString('hex');
const leaves = Array.from({ length: 70 }, (_, index) => leafHash(Buffer.from(`leaf ${index}`)));

/** RFC 6962, 2.1, word by word. */
function merkleTreeHash(of: readonly Hash[]): Hash {
  const [first] = of;
  if (!first) return emptyRoot;
  if (of.length === 1) return first;
  let middle = 1;
  while (middle * 2 < of.length) middle *= 2;
  return nodeHash(merkleTreeHash(of.slice(0, middle)), merkleTreeHash(of.slice(middle)));
}

const rangeHash = ({ from, to }: { from: number; to: number }): Hash => merkleTreeHash(leaves.slice(from, to));

/** RFC 9162, 2.1.3.2. */
function rootByInclusion(index: number, size: number, leaf: Hash, proof: readonly Hash[]): Hash | undefined {
  let [position, last, root] = [index, size - 1, leaf];
  for (const sibling of proof) {
    if (last === 0) return undefined;
    if (position % 2 === 1 || position === last) {
      root = nodeHash(sibling, root);
      while (position % 2 === 0 && position !== 0) [position, last] = [position / 2, Math.floor(last / 2)];
    } else {
      root = nodeHash(root, sibling);
    }
    [position, last] = [Math.floor(position / 2), Math.floor(last / 2)];
  }
  return last === 0 ? root : undefined;
}

/** RFC 9162, 2.1.4.2: the roots of both trees that a proof leads to. */
function rootsByConsistency(oldSize: number, size: number, oldRoot: Hash, proof: readonly Hash[]): Hash[] | undefined {
  const path = Number.isInteger(Math.log2(oldSize)) ? [oldRoot, ...proof] : [...proof];
  let [position, last] = [oldSize - 1, size - 1];
  while (position % 2 === 1) [position, last] = [Math.floor(position / 2), Math.floor(last / 2)];
  const seed = path.shift();
  if (!seed) return undefined;
  let [first, second] = [seed, seed];
  for (const hash of path) {
    if (last === 0) return undefined;
    if (position % 2 === 1 || position === last) {
      first = nodeHash(hash, first);
      second = nodeHash(hash, second);
      while (position % 2 === 0 && position !== 0) [position, last] = [position / 2, Math.floor(last / 2)];
    } else {
      second = nodeHash(second, hash);
    }
    [position, last] = [Math.floor(position / 2), Math.floor(last / 2)];
  }
  return last === 0 ? [first, second] : undefined;
}

describe('a Merkle tree', () => {
  it('has the roots of the reference implementation', () => {
    const tree = new TreeEdge();
    expect(hex(tree.root)).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    const roots = referenceLeaves.map((leaf) => {
      tree.append(leafHash(Buffer.from(leaf, 'hex')));
      return hex(tree.root);
    });
    expect(roots).toEqual(referenceRoots);
  });

  it('goes on from its edge as if it had never stopped', () => {
    for (let size = 0; size <= leaves.length; size++) {
      const edge = subtreesOf(0, size).map(({ level, index }) =>
        rangeHash({ from: index * 2 ** level, to: (index + 1) * 2 ** level }),
      );
      const tree = new TreeEdge(size, edge);
      expect(hex(tree.root)).toBe(hex(merkleTreeHash(leaves.slice(0, size))));
      for (const leaf of leaves.slice(size)) tree.append(leaf);
      expect(hex(tree.root)).toBe(hex(merkleTreeHash(leaves)));
    }
  });

  it('names the hash of each complete subtree once, with the leaf that completes it', () => {
    const tree = new TreeEdge();
    const completed = leaves.map((leaf) => tree.append(leaf));
    for (const { level, index } of [0, 1, 2, 3, 4, 5, 6].flatMap((each) => [
      { level: each, index: 0 },
      { level: each, index: Math.floor(leaves.length / 2 ** each) - 1 },
    ])) {
      const range = { from: index * 2 ** level, to: (index + 1) * 2 ** level };
      expect(hex(completed[lastLeafOf({ level, index })]?.[level] ?? Buffer.of())).toBe(hex(rangeHash(range)));
    }
    expect(completed.flat()).toHaveLength(2 * 70 - 3);
  });

  it('hashes any range of a proof from the complete subtrees in it', () => {
    for (const range of [...inclusionPath(5, 70), ...inclusionPath(69, 70), ...consistencyPath(13, 70)]) {
      const hashes = subtreesOf(range.from, range.to).map(({ level, index }) =>
        rangeHash({ from: index * 2 ** level, to: (index + 1) * 2 ** level }),
      );
      expect(hex(rootOf(hashes))).toBe(hex(rangeHash(range)));
    }
  });

  it('proves that each leaf is in each tree, and no other', () => {
    for (let size = 1; size <= 40; size++) {
      const root = merkleTreeHash(leaves.slice(0, size));
      for (let index = 0; index < size; index++) {
        const proof = inclusionPath(index, size).map(rangeHash);
        const proven = (leaf: Hash | undefined): string =>
          hex(rootByInclusion(index, size, leaf ?? emptyRoot, proof) ?? Buffer.of());
        expect(proven(leaves[index])).toBe(hex(root));
        expect(proven(leaves[index + 1])).not.toBe(hex(root));
      }
    }
  });

  it('proves that each tree begins with each smaller one', () => {
    for (let size = 1; size <= 40; size++) {
      for (let oldSize = 1; oldSize < size; oldSize++) {
        const [oldRoot, root] = [oldSize, size].map((count) => merkleTreeHash(leaves.slice(0, count)));
        const proof = consistencyPath(oldSize, size).map(rangeHash);
        const roots = rootsByConsistency(oldSize, size, oldRoot ?? emptyRoot, proof);
        expect(roots?.map(hex)).toEqual([oldRoot, root].map((hash) => hex(hash ?? emptyRoot)));
      }
      expect(consistencyPath(size, size)).toEqual([]);
    }
  });

  it('counts beyond 32 bits', () => {
    const size = 2 ** 40 + 3;
    expect(subtreesOf(0, size)).toEqual([
      { level: 40, index: 0 },
      { level: 1, index: 2 ** 39 },
      { level: 0, index: 2 ** 40 + 2 },
    ]);
    expect(inclusionPath(size - 1, size)).toEqual([
      { from: 2 ** 40, to: 2 ** 40 + 2 },
      { from: 0, to: 2 ** 40 },
    ]);
  });
});
