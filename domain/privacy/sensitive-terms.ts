import { buildAutomaton, type Automaton } from './aho-corasick.ts';
import { createWordScanner } from './stream/word-scanner.ts';

/** Words of one category and what happens where one is met: `mask` writes `[REDACTED]`, `stop` ends the answer. */
export interface TermCategory {
  name: string;
  terms: readonly string[];
  action: 'mask' | 'stop';
}

/** Prepared categories, for any number of texts and streams. */
export interface TermMatcher {
  /** Names of the categories that a text mentions; never the words, which an error must not repeat. */
  categoriesIn(text: string): string[];
  /** A filter for one stream. */
  stream(): TermFilter;
}

/** What a filtered stream may send on. After `stopped` is set nothing more comes. */
interface FilteredText {
  text: string;
  /** Category of the word that ended the stream: finish with `content_filter`. */
  stopped?: string;
}

export interface TermFilter {
  push(piece: string): FilteredText;
  end(): FilteredText;
}

const wordUnit = /[\p{Script=Latin}\p{N}_]/u;

/**
 * Latin terms match without regard to case and width, and only as whole words (`ART regimen` is none in `start regimen`); others
 * match as they stand. Terms are compared by lower-case UTF-16 units, so that offsets stay those of the text.
 */
export function createTermMatcher(categories: readonly TermCategory[]): TermMatcher {
  const entries = categories.flatMap((category) =>
    category.terms.map((term) => ({ term: lowerUnits(term), category })),
  );
  const automaton = buildAutomaton(entries.map(({ term }) => term));
  const categoryOf = entries.map(({ category }) => category);
  return {
    categoriesIn(text) {
      const found = new Set<string>();
      const filter = createTermFilter(automaton, categoryOf, (category) => {
        found.add(category.name);
        return 'mask';
      });
      filter.push(text);
      filter.end();
      return [...found];
    },
    stream: () => createTermFilter(automaton, categoryOf, (category) => category.action),
  };
}

function createTermFilter(
  automaton: Automaton,
  categoryOf: readonly TermCategory[],
  actionFor: (category: TermCategory) => TermCategory['action'],
): TermFilter {
  /** Text as it was written that the scanner has not decided yet; it sees the lower-case one. */
  let written = '';
  let last = '';
  let pending: { original: string; category: TermCategory } | undefined;
  let out = '';
  let stopped: string | undefined;

  /** A Latin word is only known to be whole when the unit behind it is; until then it waits. */
  function settle(next: string): void {
    if (pending === undefined) return;
    const { original, category } = pending;
    pending = undefined;
    const joined = wordUnit.test(original.slice(-1)) && wordUnit.test(next);
    if (joined) out += original;
    else if (actionFor(category) === 'stop') stopped ??= category.name;
    else out += '[REDACTED]';
    last = original.slice(-1);
  }

  const scanner = createWordScanner(automaton, {
    plain(text) {
      const original = written.slice(0, text.length);
      written = written.slice(text.length);
      settle(original.charAt(0));
      if (stopped !== undefined) return;
      out += original;
      last = original.slice(-1);
    },
    word(index) {
      const size = automaton.words[index]?.length ?? 0;
      const original = written.slice(0, size);
      written = written.slice(size);
      settle(original.charAt(0));
      const category = categoryOf[index];
      if (stopped !== undefined || category === undefined) return;
      if (wordUnit.test(last) && wordUnit.test(original.charAt(0))) {
        out += original;
        last = original.slice(-1);
      } else {
        pending = { original, category };
        if (!wordUnit.test(original.slice(-1))) settle('');
      }
    },
  });
  const take = (): FilteredText => {
    const text = out;
    out = '';
    return stopped === undefined ? { text } : { text, stopped };
  };
  return {
    push(piece) {
      if (stopped !== undefined) return { text: '', stopped };
      written += piece;
      scanner.push(lowerUnits(piece));
      return take();
    },
    end() {
      if (stopped !== undefined) return { text: '', stopped };
      scanner.end();
      settle('');
      return take();
    },
  };
}

/** Lower case and usual width unit by unit, so that the length stays the same (İ and ſ are left alone). */
function lowerUnits(text: string): string {
  const narrow = text.replaceAll(/[\uff01-\uff5e]/gu, (unit) => String.fromCharCode(unit.charCodeAt(0) - 0xfee0));
  const lower = narrow.toLowerCase();
  if (lower.length === text.length) return lower;
  return narrow.replaceAll(/[A-ZÀ-ÞΑ-ΩА-Я]/gu, (unit) => unit.toLowerCase());
}
