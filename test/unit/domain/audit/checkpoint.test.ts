import { openCheckpoint, signCheckpoint } from '../../../../domain/audit/checkpoint.ts';
import { emptyRoot, leafHash } from '../../../../domain/audit/merkle-tree.ts';
import {
  formatVerifierKey,
  noteSigner,
  openNote,
  parseVerifierKey,
  signNote,
} from '../../../../domain/audit/signed-note.ts';

const signer = noteSigner('holdfast.test/log', Buffer.alloc(32, 7));
const checkpoint = {
  size: 12_345,
  root: leafHash(Buffer.from('leaf')),
  signedAt: new Date('2026-01-02T03:04:05.678Z'),
};

describe('a signed note', () => {
  /** Text, key and signature of golang.org/x/mod/sumdb/note, example_test.go. */
  const text = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
  const goKey = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';
  const goNote = `${text}\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n`;

  it('by another implementation opens with its key', () => {
    const verifier = parseVerifierKey(goKey);
    expect(verifier && openNote(goNote, verifier)).toBe(text);
    expect(verifier && formatVerifierKey(verifier)).toBe(goKey);
  });

  it('opens for no other key, name or text', () => {
    const note = signNote('text\n', signer);
    expect(openNote(note, signer)).toBe('text\n');
    expect(openNote(note, noteSigner(signer.name, Buffer.alloc(32, 8)))).toBeUndefined();
    expect(openNote(note, noteSigner('other', Buffer.alloc(32, 7)))).toBeUndefined();
    expect(openNote(note.replace('text', 'Text'), signer)).toBeUndefined();
    expect(openNote(note.slice(0, -3), signer)).toBeUndefined();
    expect(openNote('text\n', signer)).toBeUndefined();
  });

  it('may carry signatures of others', () => {
    const [own, others] = [signNote('text\n', signer), signNote('text\n', noteSigner('witness', Buffer.alloc(32, 9)))];
    expect(openNote(others + own.slice('text\n\n'.length), signer)).toBe('text\n');
  });

  it.each(['', 'name', goKey.replace('c74f20a3', 'c74f20a4'), goKey.replace('ARpc', 'Ahpc'), `${goKey}AA`])(
    'has no key %p',
    (key) => {
      expect(parseVerifierKey(key)).toBeUndefined();
    },
  );
});

describe('a checkpoint', () => {
  it('is a note of the form that other logs use', () => {
    expect(signCheckpoint(signer, checkpoint).split('\n').slice(0, 5)).toEqual([
      'holdfast.test/log',
      '12345',
      Buffer.from(checkpoint.root).toString('base64'),
      'signed 2026-01-02T03:04:05.678Z',
      '',
    ]);
  });

  it.each([
    checkpoint,
    { ...checkpoint, exportedEntries: 12_345 },
    { ...checkpoint, size: 0, root: Buffer.from(emptyRoot) },
  ])('says what was signed: %p', (signed) => {
    expect(openCheckpoint(signCheckpoint(signer, signed), signer)).toEqual({ origin: signer.name, ...signed });
  });

  it.each([
    ['the name of another log', ['other', '1', 'R', 'signed T']],
    ['a size that is no number', ['holdfast.test/log', '01', 'R', 'signed T']],
    ['a short root', ['holdfast.test/log', '1', 'AAAA', 'signed T']],
    ['no time', ['holdfast.test/log', '1', 'R']],
    ['unknown lines', ['holdfast.test/log', '1', 'R', 'signed T', 'export all']],
    ['lines to spare', ['holdfast.test/log', '1', 'R', 'signed T', 'export 1', '']],
  ])('is none with %s, even if signed', (_, lines) => {
    const text = `${lines.join('\n')}\n`
      .replace('R', Buffer.alloc(32).toString('base64'))
      .replace('T', '2026-01-02T03:04:05.678Z');
    expect(openCheckpoint(signNote(text, signer), signer)).toBeUndefined();
  });
});
