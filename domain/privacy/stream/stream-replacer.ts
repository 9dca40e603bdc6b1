import { buildAutomaton, type Automaton } from '../aho-corasick.ts';
import { createWordScanner } from './word-scanner.ts';

/** Rewrites a text that comes in pieces. What `push` and `end` return, joined, is the rewritten whole. */
export interface StreamReplacer {
  /** Returns all text that can be decided. A piece may end within a surrogate pair; what is returned never does. */
  push(piece: string): string;
  /** Returns what was kept back; the replacer can then be used for another text. */
  end(): string;
}

/**
 * Replaces words leftmost, then longest; what was put in is not looked at again. `replacements[i]` stands for
 * `automaton.words[i]`.
 */
export function createStreamReplacer(automaton: Automaton, replacements: readonly string[]): StreamReplacer {
  let out = '';
  const scanner = createWordScanner(automaton, {
    plain(text) {
      out += text;
    },
    word(index) {
      out += replacements[index] ?? '';
    },
  });
  const take = (): string => {
    const text = out;
    out = '';
    return text;
  };
  return {
    push(piece) {
      scanner.push(piece);
      return take();
    },
    end() {
      scanner.end();
      return take();
    },
  };
}

/** Replaces every word by `[REDACTED]`, leftmost, then longest; words are literal and case-sensitive. */
export function createStreamRedactor(words: readonly string[]): StreamReplacer {
  return createStreamReplacer(
    buildAutomaton(words),
    words.map(() => '[REDACTED]'),
  );
}
