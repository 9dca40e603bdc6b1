import type { ExportLine, ShownEntry } from '../../../../domain/audit/export-format.ts';
import { formatExportLine } from '../../../../domain/audit/export-format.ts';
import { formatVerifierKey, type NoteVerifier } from '../../../../domain/audit/signed-note.ts';
import { ExportRefused, ExportVerifier } from '../../../../domain/audit/verify-export.ts';
import { anExport, aRequestAudit, checkpointOf, forger, logSigner, shownEntry } from '../../../support/audit-export.ts';

const whole = anExport(20, 5);
const isEntry = (line: ExportLine): line is ShownEntry => 'index' in line && line.type !== 'withheld';

function verify(lines: readonly (ExportLine | string)[], trusted?: NoteVerifier, kept: string[] = []) {
  const verifier = new ExportVerifier(trusted, kept);
  for (const line of lines) verifier.push(typeof line === 'string' ? line : formatExportLine(line).trimEnd());
  return verifier.finish();
}

/** What the verifier says against an export. */
function refusalOf(...args: Parameters<typeof verify>): string {
  try {
    verify(...args);
  } catch (error) {
    if (error instanceof ExportRefused) return error.message;
    throw error;
  }
  return 'accepted';
}

const lineOf = (index: number): number => whole.findIndex((line) => isEntry(line) && line.index === index);
const entryAt = (index: number): ShownEntry => whole.filter(isEntry)[index] as ShownEntry;
const changed = (index: number) => ({ ...entryAt(index), outcome: 'failed' }) as ShownEntry;

const withheld = (index: number): ExportLine => {
  return { type: 'withheld', index, leaf_hash: entryAt(index).leaf_hash };
};

/** Entries with other indexes, and with leaf hashes that fit them. */
function made(entries: readonly ShownEntry[]): ShownEntry[] {
  return entries.map(({ index: _index, leaf_hash: _hash, ...record }, place) =>
    shownEntry(place, record as ReturnType<typeof aRequestAudit>),
  );
}

/** The export with these entries instead, the checkpoints where they were. */
function withEntries(entries: readonly ShownEntry[]): ExportLine[] {
  const left = [...entries];
  const lines = whole.flatMap((line): ExportLine[] => (isEntry(line) ? left.splice(0, 1) : [line]));
  return [...lines.slice(0, -1), ...left, ...lines.slice(-1)];
}

const entries = whole.filter(isEntry);

/** What somebody may do to an export, who does not have the log's key; and what is said to it. */
const tamperings: [name: string, lines: (ExportLine | string)[], said: string, saidWhenMadeToFit: string][] = [
  [
    'edited',
    withEntries(entries.with(7, changed(7))),
    'Line 10 holds entry 7, which was changed: it does not fit its leaf hash.',
    'Line 13 does not fit the signed checkpoint: one of the entries 5 to 9 was changed, and its hash made to fit.',
  ],
  [
    'deleted',
    whole.toSpliced(lineOf(7), 1),
    'Line 10 holds entry 8: entry 7 is missing.',
    'Line 13 does not fit the signed checkpoint: one of the entries 5 to 9 was changed, and its hash made to fit.',
  ],
  [
    'inserted',
    whole.toSpliced(lineOf(7), 0, shownEntry(7, aRequestAudit({ request_id: 'req_made_up' }))),
    'Line 11 holds entry 7 out of its place: it was added or moved.',
    'Line 13 does not fit the signed checkpoint: one of the entries 5 to 9 was changed, and its hash made to fit.',
  ],
  [
    'reordered',
    whole.with(lineOf(7), entryAt(8)).with(lineOf(8), entryAt(7)),
    'Line 10 holds entry 8: entry 7 is missing.',
    'Line 13 does not fit the signed checkpoint: one of the entries 5 to 9 was changed, and its hash made to fit.',
  ],
];

describe('an export of the audit log', () => {
  it('is accepted as the log signed it', () => {
    expect(verify(whole, logSigner)).toEqual({
      origin: logSigner.name,
      publicKey: formatVerifierKey(logSigner),
      size: 20,
      shown: 20,
      checkpoints: 5,
      signedAt: new Date('2026-01-02T03:04:07.000Z'),
    });
  });

  it('may be empty', () => {
    expect(verify(anExport(0, 5), logSigner)).toMatchObject({ size: 0, shown: 0 });
  });

  it.each(tamperings)('is refused with an entry %s, which is named', (_, lines, said) => {
    expect(refusalOf(lines)).toBe(said);
  });

  it.each(tamperings)(
    'is refused with an entry %s and all numbers and hashes made to fit',
    (_, lines, _said, saidWhenMadeToFit) => {
      const tampered = made(lines.filter((line): line is ShownEntry => typeof line !== 'string' && isEntry(line)));
      const fitting = withEntries(tampered).slice(0, lines.length);
      expect(refusalOf(fitting)).toBe(saidWhenMadeToFit);
    },
  );

  it.each([
    ['in the middle of its entries', whole.slice(0, 10), 'after line 10, entry 8'],
    ['behind a checkpoint of its own', whole.slice(0, lineOf(9) + 2), 'after line 13, entry 10'],
    ['before its last line', whole.slice(0, -1), 'after line 25, entry 20'],
  ])('is refused when truncated %s', (_, lines, named) => {
    expect(refusalOf(lines)).toBe(`The export is cut off: ${named} or the signed end is missing.`);
  });

  it('is refused when truncated in the middle of a line', () => {
    const half = formatExportLine(entryAt(7)).slice(0, 60);
    expect(refusalOf([...whole.slice(0, lineOf(7)), half])).toBe(
      'Line 10 is not a line as the gateway writes it (entry 7 should be here or before).',
    );
  });

  it('is refused when truncated and given an older end of the same log', () => {
    const older = [...whole.slice(0, lineOf(9) + 2), checkpointOf(entries.slice(0, 10), logSigner, 10)];
    expect(refusalOf(older)).toBe('accepted');
    const kept = checkpointOf(entries.slice(0, 15)).note;
    expect(refusalOf(older, logSigner, [kept])).toBe(
      'Line 14 ends the export after 10 entries, but the checkpoint that was given is of 15: entry 10 and what followed were cut off.',
    );
  });

  it('is refused when made to fit, and the checkpoints between taken out', () => {
    const lines = [...whole.slice(0, 1), ...made(entries.with(7, changed(7))), ...whole.slice(-1)];
    expect(refusalOf(lines)).toBe(
      'Line 22 does not fit the signed checkpoint: one of the entries 0 to 19 was changed, and its hash made to fit.',
    );
  });

  it('is refused when made anew with a key that is not the one given', () => {
    const forged = anExport(20, 5, forger);
    expect(refusalOf(forged)).toBe('accepted');
    expect(refusalOf(forged, logSigner)).toMatch(/^Line 1 names the key .*, which is not the given one/);
  });

  it.each([
    ['in between', whole.with(lineOf(4) + 1, checkpointOf(entries.slice(0, 5), forger)), 'Line 7'],
    ['at its end', whole.with(whole.length - 1, checkpointOf(entries, forger, 20)), 'Line 26'],
  ])('is refused with a checkpoint that its key did not sign, %s', (_, lines, line) => {
    expect(refusalOf(lines)).toBe(`${line} holds a checkpoint that the log did not sign.`);
  });

  it('is refused with lines behind its end', () => {
    expect(refusalOf([...whole, shownEntry(20, aRequestAudit())])).toBe('Line 27 stands after the end of the export.');
  });

  it('is refused where a field is written twice, so that people and programs read different things', () => {
    const line = formatExportLine(entryAt(7)).trimEnd();
    const twofold = line.replace('"outcome":"completed"', '"outcome":"failed","outcome":"completed"');
    expect(refusalOf(whole.map((each, at) => (at === lineOf(7) ? twofold : each)))).toMatch(/^Line 10 is not a line/);
  });

  it('is refused where a checkpoint from elsewhere is of other entries', () => {
    const other = made(entries.slice(0, 8).with(3, changed(3)));
    const kept = checkpointOf(other).note;
    expect(refusalOf(whole, logSigner, [kept])).toBe(
      'Line 10 does not fit the checkpoint that was given: the first 8 entries are not those it was signed for.',
    );
    expect(refusalOf(whole, logSigner, [checkpointOf(entries.slice(0, 8)).note])).toBe('accepted');
    expect(refusalOf(whole, logSigner, [checkpointOf(entries, forger).note])).toMatch(/its key did not sign it/);
  });

  it.each([
    ['no header', whole.slice(1), 'Line 1 should name the log and its key.'],
    [
      'a header of another form',
      [{ ...whole[0], format: 'x-2' } as unknown as ExportLine],
      'Line 1 has a format that is not holdfast-audit-export-1.',
    ],
    [
      'a key that is none',
      [{ ...whole[0], public_key: 'x' } as ExportLine],
      'Line 1 names a key that is none, or not that of the log.',
    ],
    ['a second header', [...whole.slice(0, 3), ...whole.slice(0, 1)], 'Line 4 begins a second export.'],
    [
      'something else among the entries',
      [...whole.slice(0, 3), '{"a":1}'],
      'Line 4 is neither an entry nor a checkpoint; entry 2 should be here.',
    ],
    [
      'an array',
      [...whole.slice(0, 3), '[]'],
      'Line 4 is not a line as the gateway writes it (entry 2 should be here or before).',
    ],
    ['nothing', [], 'The file is empty.'],
  ])('is refused with %s', (_, lines, said) => {
    expect(refusalOf(lines)).toBe(said);
  });

  describe('for a tenant', () => {
    const partly = [
      ...whole.slice(0, -1).map((line) => (isEntry(line) && line.index % 2 === 1 ? withheld(line.index) : line)),
      checkpointOf(entries, logSigner, 10),
    ];

    it('is proved by the hashes of what is withheld', () => {
      expect(verify(partly, logSigner)).toMatchObject({ size: 20, shown: 10 });
    });

    it('is refused where one entry more is withheld', () => {
      expect(refusalOf(partly.with(lineOf(4), withheld(4)))).toBe(
        'Line 26 ends an export of 10 entries, but 9 are shown.',
      );
    });

    it('is refused where the hash of a withheld entry was changed', () => {
      const other: ExportLine = { type: 'withheld', index: 5, leaf_hash: 'a'.repeat(64) };
      expect(refusalOf(partly.with(lineOf(5), other))).toMatch(/^Line 13 does not fit the signed checkpoint/);
    });
  });
});
