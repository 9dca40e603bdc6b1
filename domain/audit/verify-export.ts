import { type Checkpoint, openCheckpoint } from './checkpoint.ts';
import { exportFormat } from './export-format.ts';
import { leafHash, TreeEdge } from './merkle-tree.ts';
import { canonicalText } from './record.ts';
import { formatVerifierKey, type NoteVerifier, parseVerifierKey } from './signed-note.ts';

/** Why an export is not what the log signed; the message names the first bad line and entry. */
export class ExportRefused extends Error {
  override readonly name = 'ExportRefused';
}

export interface VerifiedExport {
  origin: string;
  publicKey: string;
  /** Entries of the log. */
  size: number;
  /** Entries that are shown in full; the others were withheld. */
  shown: number;
  checkpoints: number;
  signedAt: Date;
}

/** A line's fields; what they must be is checked where each is used. */
type Fields = Record<string, unknown>;

/**
 * Reads an export line by line, in constant memory, and refuses at the first thing that the log's key did not sign:
 * an entry changed, left out, added or moved, and an end cut off.
 */
export class ExportVerifier {
  readonly #trusted: NoteVerifier | undefined;
  readonly #kept: readonly string[];
  readonly #tree = new TreeEdge();
  #key: NoteVerifier | undefined;
  /** Checkpoints from elsewhere that are still to be met. */
  #awaited: Checkpoint[] = [];
  #line = 0;
  #shown = 0;
  #checkpoints = 0;
  /** Entries before this one are covered by a checkpoint that fits. */
  #provenSize = 0;
  #end: Checkpoint | undefined;

  /**
   * @param trusted the log's key, known from elsewhere; where absent, the export's own word is taken for it.
   * @param kept signed checkpoints of the same log, kept elsewhere: the export must contain what they vouch for.
   */
  constructor(trusted: NoteVerifier | undefined, kept: readonly string[] = []) {
    this.#trusted = trusted;
    this.#kept = kept;
  }

  /** @throws ExportRefused */
  push(text: string): void {
    this.#line += 1;
    if (this.#end) throw this.#refusal('stands after the end of the export');
    const fields = this.#parse(text);
    const { type } = fields;
    if (!this.#key) this.#readHeader(fields, type);
    else if (type === 'checkpoint') this.#readCheckpoint(fields, this.#key);
    else if (type === 'log') throw this.#refusal('begins a second export');
    else this.#readEntry(fields, type);
  }

  /** @throws ExportRefused where the export is not whole. */
  finish(): VerifiedExport {
    if (!this.#key) throw new ExportRefused('The file is empty.');
    if (!this.#end) {
      throw new ExportRefused(
        `The export is cut off: after line ${this.#line}, ${this.#entry(this.#tree.size)} or the signed end is missing.`,
      );
    }
    const { size, signedAt, origin } = this.#end;
    const publicKey = formatVerifierKey(this.#key);
    return { origin, publicKey, size, signedAt, shown: this.#shown, checkpoints: this.#checkpoints };
  }

  #parse(text: string): Fields {
    let parsed: unknown;
    try {
      parsed = JSON.parse(text);
      // Of two equal fields a reader sees the first and a program the last: only one form of a line is good.
      if (isFields(parsed) && canonicalText(parsed) === text) return parsed;
    } catch {
      // Said below, as for every other form.
    }
    throw this.#refusal(
      `is not a line as the gateway writes it (${this.#entry(this.#tree.size)} should be here or before)`,
    );
  }

  #readHeader(fields: Fields, type: unknown): void {
    const { format, origin, public_key: publicKey } = fields;
    if (type !== 'log' || typeof publicKey !== 'string') throw this.#refusal('should name the log and its key');
    if (format !== exportFormat) throw this.#refusal(`has a format that is not ${exportFormat}`);
    const key = parseVerifierKey(publicKey);
    if (!key || key.name !== origin) throw this.#refusal('names a key that is none, or not that of the log');
    if (this.#trusted && formatVerifierKey(this.#trusted) !== publicKey) {
      throw this.#refusal(`names the key ${publicKey}, which is not the given one: another log, or a forged one`);
    }
    this.#key = key;
    this.#awaited = this.#kept.map((note) => {
      const checkpoint = openCheckpoint(note, key);
      if (checkpoint) return checkpoint;
      throw new ExportRefused('The checkpoint that was given is not one of this log: its key did not sign it.');
    });
  }

  #readEntry(fields: Fields, type: unknown): void {
    const { index, leaf_hash: shownHash, ...record } = fields;
    const expected = this.#tree.size;
    if (typeof index !== 'number' || typeof shownHash !== 'string' || !/^[0-9a-f]{64}$/.test(shownHash)) {
      throw this.#refusal(`is neither an entry nor a checkpoint; ${this.#entry(expected)} should be here`);
    }
    if (index > expected) throw this.#refusal(`holds ${this.#entry(index)}: ${this.#entry(expected)} is missing`);
    if (index < expected) throw this.#refusal(`holds ${this.#entry(index)} out of its place: it was added or moved`);
    const hash = Buffer.from(shownHash, 'hex');
    if (type !== 'withheld') {
      if (!leafHash(Buffer.from(canonicalText(record))).equals(hash)) {
        throw this.#refusal(`holds ${this.#entry(index)}, which was changed: it does not fit its leaf hash`);
      }
      this.#shown += 1;
    }
    this.#tree.append(hash);
    this.#awaited = this.#awaited.filter((kept) => this.#isToCome(kept));
  }

  #readCheckpoint({ size, note }: Fields, key: NoteVerifier): void {
    const checkpoint = typeof note === 'string' ? openCheckpoint(note, key) : undefined;
    if (!checkpoint || checkpoint.size !== size) throw this.#refusal('holds a checkpoint that the log did not sign');
    if (checkpoint.size !== this.#tree.size) {
      throw this.#refusal(
        `holds the checkpoint of ${checkpoint.size} entries, but stands after ${this.#tree.size}: entries were ` +
          `${checkpoint.size > this.#tree.size ? 'taken out' : 'added'} from ${this.#entry(this.#provenSize)} on`,
      );
    }
    if (!checkpoint.root.equals(this.#tree.root)) throw this.#misfit();
    this.#checkpoints += 1;
    this.#provenSize = checkpoint.size;
    if (checkpoint.exportedEntries === undefined) return;
    if (checkpoint.exportedEntries !== this.#shown) {
      throw this.#refusal(`ends an export of ${checkpoint.exportedEntries} entries, but ${this.#shown} are shown`);
    }
    const later = this.#awaited.find(({ size: keptSize }) => keptSize > checkpoint.size);
    if (later) {
      throw this.#refusal(
        `ends the export after ${checkpoint.size} entries, but the checkpoint that was given is of ${later.size}: ` +
          `${this.#entry(checkpoint.size)} and what followed were cut off`,
      );
    }
    this.#end = checkpoint;
  }

  /** False where the tree has come to the checkpoint and is as it says. */
  #isToCome({ size, root }: Checkpoint): boolean {
    if (size !== this.#tree.size) return size > this.#tree.size;
    if (!root.equals(this.#tree.root)) {
      throw this.#refusal(
        `does not fit the checkpoint that was given: the first ${size} entries are not those it was signed for`,
      );
    }
    return false;
  }

  #misfit(): ExportRefused {
    const last = this.#tree.size - 1;
    const range = last > this.#provenSize ? `one of the entries ${this.#provenSize} to ${last}` : this.#entry(last);
    return this.#refusal(`does not fit the signed checkpoint: ${range} was changed, and its hash made to fit`);
  }

  #entry(index: number): string {
    return `entry ${index}`;
  }

  #refusal(what: string): ExportRefused {
    return new ExportRefused(`Line ${this.#line} ${what}.`);
  }
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
