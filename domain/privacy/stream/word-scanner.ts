import type { Automaton } from '../aho-corasick.ts';

/** Finds words leftmost-longest in text that comes in pieces. */
export interface WordScanner {
  /**
   * Takes the next piece and calls back for all text that is decided, in order: `plain` with text that holds no word,
   * `word` with the index of a found word. Only a suffix that could still begin a word is kept back, and the first
   * half of a surrogate pair, which is no text yet.
   */
  push(piece: string): void;
  /** Decides what was kept back. The scanner is then as new. */
  end(): void;
}

export interface ScanSink {
  plain(text: string): void;
  word(index: number): void;
}

export function createWordScanner(automaton: Automaton, sink: ScanSink): WordScanner {
  const { fail, depth, leaf, best, bestStart, words } = automaton;
  let held = '';
  let state = 0;

  function scan(piece: string, final: boolean): void {
    const text = held + piece;
    let at = held.length;
    let emitted = 0;
    for (;;) {
      if (at < text.length) {
        const next = automaton.child(state, text.charCodeAt(at));
        if (next === 0 && state === 0) {
          at += 1;
          continue;
        }
        if (next !== 0) {
          state = next;
          at += 1;
          if (leaf[state] === 0) continue;
        }
      } else if (!final || state === 0) break;

      // The path of `state` is dead. Either a later path may still beat the word seen so far, or the word is decided.
      const back = fail[state] ?? 0;
      const wordIndex = best[state] ?? -1;
      const wordStart = bestStart[state] ?? 0;
      const backStart = (depth[state] ?? 0) - (depth[back] ?? 0);
      if (wordIndex < 0 || (back !== 0 && backStart <= wordStart)) {
        state = back;
        continue;
      }
      const start = at - (depth[state] ?? 0) + wordStart;
      if (start > emitted) sink.plain(text.slice(emitted, start));
      sink.word(wordIndex);
      at = emitted = start + (words[wordIndex]?.length ?? 0);
      state = 0;
    }
    let keep = at - (depth[state] ?? 0);
    if (!final && keep === text.length && keep > emitted && isHighSurrogate(text.charCodeAt(keep - 1))) keep -= 1;
    if (keep > emitted) sink.plain(text.slice(emitted, keep));
    held = text.slice(keep);
  }

  return {
    push: (piece) => scan(piece, false),
    end() {
      scan('', true);
      state = 0;
      held = '';
    },
  };
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}
