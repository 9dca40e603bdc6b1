import { openCheckpoint, signCheckpoint } from '../../domain/audit/checkpoint.ts';
import {
  consistencyPath,
  type Hash,
  inclusionPath,
  lastLeafOf,
  leafHash,
  type LeafRange,
  rootOf,
  subtreesOf,
  TreeEdge,
} from '../../domain/audit/merkle-tree.ts';
import { canonicalText } from '../../domain/audit/record.ts';
import { formatVerifierKey, type NoteSigner } from '../../domain/audit/signed-note.ts';
import { GatewayError } from '../../domain/errors.ts';
import type { AuditFilter, AuditStore, LogHead, StoredCheckpoint, StoredEntry } from './contract.ts';

/** Few enough that other statements of the process hardly wait for them. */
const batchSize = 32;

/** Places the records that wait, signs what it has placed, and proves what it has signed. */
export class AuditLog {
  readonly #store: AuditStore;
  readonly #signer: NoteSigner;
  #placing: Promise<void> | undefined;
  /** So many entries had their place when this process last looked: a log never shrinks. */
  #seenSize = 0;

  constructor(store: AuditStore, signer: NoteSigner) {
    this.#store = store;
    this.#signer = signer;
  }

  get origin(): string {
    return this.#signer.name;
  }

  get publicKey(): string {
    return formatVerifierKey(this.#signer);
  }

  /**
   * Gives every record that waits now its place, and signs a checkpoint for each batch. Any number of processes may do
   * it at once: each place is given once.
   * @throws GatewayError `internal_error` where what lies in the log is not what was signed last: nothing is placed
   *   then, and what waits goes on waiting.
   */
  async placeWaiting(): Promise<void> {
    // One that is under way may have looked before the caller's record was written.
    if (this.#placing) await this.#placing.catch(() => undefined);
    this.#placing ??= this.#placeAll().finally(() => {
      this.#placing = undefined;
    });
    await this.#placing;
  }

  /** The newest checkpoint, over every record that was written before the call. */
  async checkpoint(): Promise<StoredCheckpoint> {
    await this.placeWaiting();
    const { checkpoint } = await this.#store.head();
    return checkpoint ?? { size: 0, note: this.#sign(new TreeEdge()) };
  }

  /** The checkpoint that ends an export of the log up to `checkpoint`, with so many entries shown in full. */
  async endOfExport({ size }: StoredCheckpoint, exportedEntries: number): Promise<StoredCheckpoint> {
    return { size, note: this.#sign(await this.#edgeOf(size), exportedEntries) };
  }

  /** Hashes that prove that entry `index` is in the log of `size` entries (RFC 6962, 2.1.1). `index` < `size`. */
  inclusionProof(index: number, size: number): Promise<Hash[]> {
    return this.#hashesOf(inclusionPath(index, size));
  }

  /** Hashes that prove that the log of `size` begins with that of `oldSize` (RFC 6962, 2.1.2). 0 < `oldSize` ≤ `size`. */
  consistencyProof(oldSize: number, size: number): Promise<Hash[]> {
    return this.#hashesOf(consistencyPath(oldSize, size));
  }

  /** Those of indexes in [from, to), in order. */
  entries(from: number, to: number): Promise<StoredEntry[]> {
    return this.#store.entries(from, to);
  }

  /** Those of sizes in (after, to], in order. */
  checkpoints(after: number, to: number): Promise<StoredCheckpoint[]> {
    return this.#store.checkpoints(after, to);
  }

  /** Newest first: at most `limit`, of indexes below `before`. */
  find(filter: AuditFilter, before: number, limit: number): Promise<StoredEntry[]> {
    return this.#store.find(filter, before, limit);
  }

  async #placeAll(): Promise<void> {
    for (let placed = batchSize; placed === batchSize;) placed = await this.#placeBatch();
  }

  /** Returns how many records were waiting, at most `batchSize`. */
  async #placeBatch(): Promise<number> {
    for (;;) {
      const head = await this.#store.head();
      const waiting = await this.#store.waiting(batchSize);
      if (waiting.length === 0) return 0;
      const tree = await this.#signedTree(head);
      const records = waiting.map(({ key, record }) => {
        const text = canonicalText(record);
        const index = tree.size;
        return { key, index, text, principal: record.principal, hashes: tree.append(leafHash(Buffer.from(text))) };
      });
      const placed = await this.#store.place(head.size, records, { size: tree.size, note: this.#sign(tree) });
      this.#seenSize = Math.max(this.#seenSize, placed ? tree.size : head.size);
      if (placed) return waiting.length;
    }
  }

  /** The tree to go on from, which must be the one that was signed last: nothing else is ever signed over. */
  async #signedTree({ size, checkpoint }: LogHead): Promise<TreeEdge> {
    if (size < this.#seenSize) throw damaged(`it has ${size} entries, and had ${this.#seenSize}`);
    const tree = await this.#edgeOf(size);
    const signed = checkpoint && openCheckpoint(checkpoint.note, this.#signer);
    if (checkpoint ? signed?.size === size && signed.root.equals(tree.root) : size === 0) return tree;
    throw damaged(`its ${size} entries are not those of its last checkpoint`);
  }

  async #edgeOf(size: number): Promise<TreeEdge> {
    const ranges = subtreesOf(0, size).map(({ level, index }) => {
      return { from: index * 2 ** level, to: (index + 1) * 2 ** level };
    });
    return new TreeEdge(size, await this.#hashesOf(ranges));
  }

  /** Each range's hash, from the hashes of the complete subtrees in it, which lie with the entries that complete them. */
  async #hashesOf(ranges: readonly LeafRange[]): Promise<Hash[]> {
    const subtrees = ranges.map(({ from, to }) => subtreesOf(from, to));
    const stored = await this.#store.hashes(subtrees.flat().map(lastLeafOf));
    return subtrees.map((parts) =>
      rootOf(
        parts.map((part) => {
          const hash = stored.get(lastLeafOf(part))?.[part.level];
          if (hash) return hash;
          throw damaged(`the hashes of entry ${lastLeafOf(part)} are missing`);
        }),
      ),
    );
  }

  #sign({ size, root }: TreeEdge, exportedEntries?: number): string {
    const signedAt = new Date();
    return signCheckpoint(this.#signer, {
      size,
      root,
      signedAt,
      ...(exportedEntries !== undefined && { exportedEntries }),
    });
  }
}

function damaged(what: string): GatewayError {
  return new GatewayError({
    type: 'internal_error',
    message: `The audit log was changed from outside: ${what}. Compare an export with an older one; see docs/AUDIT.md.`,
  });
}
