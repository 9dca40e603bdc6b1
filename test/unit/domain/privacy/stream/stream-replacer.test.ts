import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { seededRandom } from '../../../../chaos/seeded-random.ts';
import { createStreamRedactor, type StreamReplacer } from '../../../../../domain/privacy/stream/stream-replacer.ts';
import { createRestorer, createStreamRestorer } from '../../../../../domain/privacy/stream/stream-restorer.ts';
import { fromUtf8 } from '../../../../../domain/privacy/stream/utf8-stream.ts';

interface Case {
  id: string;
  mode: 'restore' | 'redact';
  chunks?: string[];
  chunksBase64?: string[];
  placeholders?: Record<string, string>;
  words?: string[];
  expected: string;
}

const cases = readFileSync(join(import.meta.dirname, '../../../../fixtures/privacy/redaction_cases.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Case);

const replacerOf = ({ mode, placeholders, words }: Case): StreamReplacer =>
  mode === 'restore' ? createStreamRestorer(placeholders ?? {}) : createStreamRedactor(words ?? []);

function wholeOf({ chunks, chunksBase64 }: Case): string {
  return (
    chunks?.join('') ?? Buffer.concat((chunksBase64 ?? []).map((piece) => Buffer.from(piece, 'base64'))).toString()
  );
}

const run = (replacer: StreamReplacer, pieces: string[]): string =>
  pieces.map((piece) => replacer.push(piece)).join('') + replacer.end();

/** The rule read literally: at each place the longest word that stands there. */
function oracle(words: string[], text: string): string {
  let out = '';
  for (let at = 0; at < text.length;) {
    const here = words.filter((word) => text.startsWith(word, at)).toSorted((a, b) => b.length - a.length)[0];
    out += here === undefined ? text.charAt(at) : '[REDACTED]';
    at += here?.length ?? 1;
  }
  return out;
}

describe('replacing words in a stream', () => {
  it.each(cases)('gives the expected text for $id as it was cut', (example) => {
    const bytes = fromUtf8(replacerOf(example));
    const out =
      example.chunks === undefined
        ? (example.chunksBase64 ?? []).map((piece) => bytes.push(Buffer.from(piece, 'base64'))).join('') + bytes.end()
        : run(replacerOf(example), example.chunks);
    expect(out).toBe(example.expected);
  });

  it.each(cases)('gives the same text for $id at every place it can be cut', (example) => {
    const whole = wholeOf(example);
    const bytes = Buffer.from(whole);
    for (let at = 0; at <= whole.length; at += 1) {
      expect(run(replacerOf(example), [whole.slice(0, at), whole.slice(at)])).toBe(example.expected);
    }
    for (let at = 0; at <= bytes.length; at += 1) {
      const replacer = fromUtf8(replacerOf(example));
      const out = replacer.push(bytes.subarray(0, at)) + replacer.push(bytes.subarray(at)) + replacer.end();
      expect(out).toBe(example.expected);
    }
  });

  it('gives the same text in 10,000 random cuts', () => {
    const random = seededRandom(1).next;
    for (let round = 0; round < 10_000; round += 1) {
      const example = cases[round % cases.length];
      if (example === undefined) throw new Error('no cases');
      const whole = wholeOf(example);
      const pieces: string[] = [];
      for (let at = 0; at < whole.length;) {
        const size = 1 + Math.floor(random() * 9);
        pieces.push(whole.slice(at, at + size));
        at += size;
      }
      expect(run(replacerOf(example), pieces)).toBe(example.expected);
    }
  });

  it('is leftmost-longest for random words that overlap in every way', () => {
    const random = seededRandom(2).next;
    const letters = (size: number): string =>
      Array.from({ length: size }, () => 'abc'.charAt(Math.floor(random() * 3))).join('');
    for (let round = 0; round < 5000; round += 1) {
      const words = Array.from({ length: 1 + Math.floor(random() * 6) }, () => letters(1 + Math.floor(random() * 5)));
      const text = letters(Math.floor(random() * 25));
      const pieces = text.match(/.{1,3}/gu) ?? [];
      expect(run(createStreamRedactor(words), pieces)).toBe(oracle(words, text));
    }
  });

  it('keeps back nothing but a suffix that could begin a word', () => {
    const words = ['[[PERSON_1]]', '[[PERSON_10]]', 'hunter2'];
    const text = 'a[[b [[PERSON_1 [[PERSON_1]] hunter hunter2 [[PERSON_10';
    const replacer = createStreamRedactor(words);
    let written = 0;
    for (let at = 0; at < text.length; at += 1) {
      const out = replacer.push(text.charAt(at));
      written += out.length;
      const seen = text.slice(0, at + 1);
      const longest = Math.max(
        ...words.flatMap((word) => Array.from(word, (_, i) => (seen.endsWith(word.slice(0, i)) ? i : 0))),
      );
      const expected = oracle(words, seen.slice(0, seen.length - longest));
      expect(written).toBe(expected.length);
    }
  });

  it('never sends half a surrogate pair', () => {
    const replacer = createStreamRedactor(['x']);
    expect(replacer.push('a\ud83d')).toBe('a');
    expect(replacer.push('\ude00b')).toBe('😀b');
  });

  it('sends a lone surrogate on at the end', () => {
    const replacer = createStreamRedactor(['x']);
    expect(replacer.push('a\ud83d') + replacer.end()).toBe('a\ud83d');
  });

  it('does not look at restored text again', () => {
    expect(createRestorer({ AA: 'BB', BB: 'CC' }).text('AABB')).toBe('BBCC');
  });

  it('stays linear on a text that nearly matches everywhere', () => {
    const replacer = createStreamRedactor([`${'a'.repeat(2000)}b`]);
    const started = performance.now();
    const text = 'a'.repeat(500_000);
    expect((replacer.push(text) + replacer.end()).length).toBe(text.length);
    expect(performance.now() - started).toBeLessThan(5000);
  });
});
