/**
 * Aho–Corasick automaton with leftmost-longest matches, for lists of 50,000 words and for streams: it knows at every
 * moment which suffix of the text could still begin a word.
 *
 * The usual automaton reports every occurrence. Here each state also carries the leftmost, then longest, word that lies
 * within the text it stands for, so that a match can be decided as soon as the path above it has died.
 * Source: Aho, Corasick, "Efficient string matching" (CACM 18(6), 1975).
 */
export interface Automaton {
  /** State after one UTF-16 code unit, or 0 where the trie has no such edge. The root is 0. */
  child(state: number, unit: number): number;
  /** Longest proper suffix of the state's text that is a state too. */
  readonly fail: Int32Array;
  /** Length of the state's text. */
  readonly depth: Int32Array;
  /** 1 where no word goes on from the state. */
  readonly leaf: Uint8Array;
  /** Index of the leftmost-longest word within the state's text, or -1. */
  readonly best: Int32Array;
  /** Where that word begins in the state's text. */
  readonly bestStart: Int32Array;
  readonly words: readonly string[];
}

/** Builds the automaton of a list of words. Empty words are left out; of equal words the first counts. */
export function buildAutomaton(words: readonly string[]): Automaton {
  const edges = new Map<number, number>();
  const parents = [0];
  const units = [0];
  const wordAt = [-1];
  for (const [index, word] of words.entries()) {
    let state = 0;
    for (let i = 0; i < word.length; i += 1) {
      const key = state * 0x1_0000 + word.charCodeAt(i);
      let next = edges.get(key);
      if (next === undefined) {
        next = parents.length;
        edges.set(key, next);
        parents.push(state);
        units.push(word.charCodeAt(i));
        wordAt.push(-1);
      }
      state = next;
    }
    if (state !== 0 && wordAt[state] === -1) wordAt[state] = index;
  }

  const size = parents.length;
  const automaton: Automaton = {
    child: (state, unit) => edges.get(state * 0x1_0000 + unit) ?? 0,
    fail: new Int32Array(size),
    depth: new Int32Array(size),
    leaf: new Uint8Array(size).fill(1),
    best: new Int32Array(size).fill(-1),
    bestStart: new Int32Array(size),
    words,
  };
  link(automaton, parents, units, wordAt);
  return automaton;
}

function link(
  automaton: Automaton,
  parents: readonly number[],
  units: readonly number[],
  wordAt: readonly number[],
): void {
  const { fail, depth, leaf, best, bestStart } = automaton;
  /** Longest word that is a suffix of the state's text, or -1. */
  const suffixWord = new Int32Array(parents.length).fill(-1);
  for (let state = 1; state < parents.length; state += 1) {
    const parent = parents[state] ?? 0;
    depth[state] = (depth[parent] ?? 0) + 1;
    leaf[parent] = 0;
  }
  for (const state of statesByDepth(depth)) {
    const parent = parents[state] ?? 0;
    const unit = units[state] ?? 0;
    let back = parent;
    while (back !== 0 && fail[state] === 0) {
      back = fail[back] ?? 0;
      fail[state] = automaton.child(back, unit);
    }
    const word = wordAt[state] ?? -1;
    suffixWord[state] = word >= 0 ? word : (suffixWord[fail[state] ?? 0] ?? -1);

    const inherited = best[parent] ?? -1;
    const suffix = suffixWord[state] ?? -1;
    const suffixStart = suffix < 0 ? 0 : (depth[state] ?? 0) - (automaton.words[suffix]?.length ?? 0);
    const suffixWins = suffix >= 0 && (inherited < 0 || suffixStart <= (bestStart[parent] ?? 0));
    best[state] = suffixWins ? suffix : inherited;
    bestStart[state] = suffixWins ? suffixStart : (bestStart[parent] ?? 0);
  }
}

/** All states but the root, shallow ones first (a counting sort). */
function statesByDepth(depth: Int32Array): Int32Array {
  let deepest = 0;
  for (const d of depth) deepest = Math.max(deepest, d);
  const next = new Int32Array(deepest + 2);
  for (const d of depth) next[d + 1] = (next[d + 1] ?? 0) + 1;
  for (let d = 1; d < next.length; d += 1) next[d] = (next[d] ?? 0) + (next[d - 1] ?? 0);
  const order = new Int32Array(depth.length);
  for (const [state, d] of depth.entries()) {
    order[next[d] ?? 0] = state;
    next[d] = (next[d] ?? 0) + 1;
  }
  return order.subarray(1);
}
