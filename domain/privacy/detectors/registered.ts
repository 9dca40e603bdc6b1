import { buildAutomaton } from '../aho-corasick.ts';
import { span, type Entity, type Span } from '../span.ts';
import { createWordScanner } from '../stream/word-scanner.ts';

/** A prepared word list, for any number of texts. */
export type WordDetector = (text: string) => Span[];

/**
 * Finds the words of an operator's list (registered persons, up to 50,000 entries), leftmost, then longest. A word that
 * begins or ends with a Latin letter or digit is only found as a whole word.
 */
export function createWordDetector(words: readonly string[], entity: Entity): WordDetector {
  const automaton = buildAutomaton(words.filter((word) => word.trim().length > 1));
  return (text) => {
    const spans: Span[] = [];
    let at = 0;
    const scanner = createWordScanner(automaton, {
      plain(part) {
        at += part.length;
      },
      word(index) {
        const start = at;
        at += automaton.words[index]?.length ?? 0;
        if (isWhole(text, start, at)) spans.push(span(entity, start, at, 'verified'));
      },
    });
    scanner.push(text);
    scanner.end();
    return spans;
  };
}

function isWhole(text: string, start: number, end: number): boolean {
  const latin = /[\p{Script=Latin}\p{N}]/u;
  const joined = (at: number): boolean => latin.test(text.charAt(at - 1)) && latin.test(text.charAt(at));
  return !joined(start) && !joined(end);
}
