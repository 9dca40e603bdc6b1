import type { Hash } from './merkle-tree.ts';
import { type NoteSigner, type NoteVerifier, openNote, signNote } from './signed-note.ts';

/** What the log's key vouches for: these many entries, with this root, and none before was changed. */
export interface Checkpoint {
  /** Name of the log, which is also the name of its key. */
  origin: string;
  /** Number of entries. */
  size: number;
  root: Hash;
  signedAt: Date;
  /**
   * Only in the checkpoint that ends an export: how many entries that shows in full. Without it, a part of an export
   * could pass for the whole.
   */
  exportedEntries?: number;
}

const numberPattern = /^(0|[1-9]\d{0,15})$/;
const rootPattern = /^[A-Za-z0-9+/]{43}=$/;
const exportPattern = /^export (0|[1-9]\d{0,15})$/;
const signedAtPattern = /^signed (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)$/;

/** As C2SP's tlog-checkpoint, https://c2sp.org/tlog-checkpoint, with one or two extension lines. */
export function signCheckpoint(signer: NoteSigner, checkpoint: Omit<Checkpoint, 'origin'>): string {
  const { size, root, signedAt, exportedEntries } = checkpoint;
  const lines = [
    signer.name,
    String(size),
    Buffer.from(root).toString('base64'),
    `signed ${signedAt.toISOString()}`,
    ...(exportedEntries === undefined ? [] : [`export ${exportedEntries}`]),
  ];
  return signNote(`${lines.join('\n')}\n`, signer);
}

/** Undefined where the note is not a checkpoint of this log, signed by its key. */
export function openCheckpoint(note: string, verifier: NoteVerifier): Checkpoint | undefined {
  const text = openNote(note, verifier);
  const [origin = '', size = '', root = '', signed = '', ...more] = text?.slice(0, -1).split('\n') ?? [];
  const signedAt = signedAtPattern.exec(signed)?.[1];
  const exportedEntries = exportPattern.exec(more[0] ?? '')?.[1];
  if (origin !== verifier.name || !numberPattern.test(size) || !rootPattern.test(root)) return undefined;
  if (signedAt === undefined || more.length !== (exportedEntries === undefined ? 0 : 1)) return undefined;
  return {
    origin,
    size: Number(size),
    root: Buffer.from(root, 'base64'),
    signedAt: new Date(signedAt),
    ...(exportedEntries !== undefined && { exportedEntries: Number(exportedEntries) }),
  };
}
