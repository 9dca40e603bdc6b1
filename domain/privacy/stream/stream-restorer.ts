import { buildAutomaton } from '../aho-corasick.ts';
import { createStreamReplacer, type StreamReplacer } from './stream-replacer.ts';

/** What stands for what in one request: placeholder → original. */
export type PlaceholderMap = Readonly<Record<string, string>>;

/**
 * Where restored text goes. `json` is for text that is itself JSON, such as the arguments of a tool call: the original
 * is escaped as the inside of a JSON string, since placeholders only ever stand inside one.
 */
export type RestoreTarget = 'text' | 'json';

/** A prepared map, for any number of streams of one request. */
export interface Restorer {
  /** A new stream of its own. */
  stream(target?: RestoreTarget): StreamReplacer;
  /** The same for a whole text. */
  text(text: string, target?: RestoreTarget): string;
}

export function createRestorer(map: PlaceholderMap): Restorer {
  const placeholders = Object.keys(map);
  const automaton = buildAutomaton(placeholders);
  const originals = Object.values(map);
  const escaped = originals.map((original) => JSON.stringify(original).slice(1, -1));
  const stream = (target: RestoreTarget = 'text'): StreamReplacer =>
    createStreamReplacer(automaton, target === 'json' ? escaped : originals);
  return {
    stream,
    text(text, target) {
      const once = stream(target);
      return once.push(text) + once.end();
    },
  };
}

/** One stream of text with the placeholders of `map` put back. */
export function createStreamRestorer(map: PlaceholderMap, target: RestoreTarget = 'text'): StreamReplacer {
  return createRestorer(map).stream(target);
}
