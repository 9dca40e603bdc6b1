import { buildAutomaton } from '../aho-corasick.ts';
import type { TermMatcher } from '../sensitive-terms.ts';
import { createStreamReplacer } from '../stream/stream-replacer.ts';
import { createRestorer, type PlaceholderMap, type RestoreTarget } from '../stream/stream-restorer.ts';
import { PlainJson } from './plain-json.ts';

/** What a caller may be shown of a model's answer, and how. */
export interface AnswerRules {
  /** Placeholders of the request, which are put back first. */
  placeholders: PlaceholderMap;
  /** Terms that are then filtered out. */
  terms?: TermMatcher | undefined;
}

/** `stopped`: a term that ends the answer came up; `text` is what goes before it, and nothing follows. */
interface ShownText {
  text: string;
  stopped: boolean;
}

/** One text of an answer that comes in pieces. What comes back, joined, does not depend on where it was cut. */
export interface TextLane {
  push(piece: string): ShownText;
  end(): ShownText;
}

/** The rules of one request, prepared for any number of texts. */
export interface AnswerText {
  lane(target: RestoreTarget): TextLane;
  /** A text that is there as a whole. */
  whole(text: string, target: RestoreTarget): ShownText;
  /** Puts the placeholders back in place of what they stand for, for text that goes to a provider or a history. */
  hide: (text: string) => string;
}

export function createAnswerText({ placeholders, terms }: AnswerRules): AnswerText {
  const restorer = createRestorer(placeholders);
  const hiding = hider(placeholders);

  function lane(target: RestoreTarget): TextLane {
    const restoring = restorer.stream(target);
    const filter = terms?.stream();
    const plain = filter && target === 'json' ? new PlainJson() : undefined;
    const shown = (text: string): ShownText => {
      if (!filter) return { text, stopped: false };
      const passed = filter.push(text);
      return { text: passed.text, stopped: passed.stopped !== undefined };
    };
    return {
      push: (piece) => shown(restoring.push(plain ? plain.push(piece) : piece)),
      end() {
        const rest = shown(restoring.push(plain?.end() ?? '') + restoring.end());
        if (!filter || rest.stopped) return rest;
        const last = filter.end();
        return { text: rest.text + last.text, stopped: last.stopped !== undefined };
      },
    };
  }

  return {
    lane,
    whole(text, target) {
      const once = lane(target);
      const shown = once.push(text);
      if (shown.stopped) return shown;
      const rest = once.end();
      return { text: shown.text + rest.text, stopped: rest.stopped };
    },
    hide(text) {
      const once = hiding();
      return once.push(text) + once.end();
    },
  };
}

/**
 * Finds values as they stand in text, in JSON, and in JSON within JSON (arguments within a tool call), and not within
 * the placeholders that are there already.
 */
function hider(placeholders: PlaceholderMap) {
  const byValue = new Map(Object.keys(placeholders).map((placeholder) => [placeholder, placeholder]));
  for (const [placeholder, value] of Object.entries(placeholders)) {
    const inJson = escaped(value);
    for (const form of [value, inJson, escaped(inJson)]) if (!byValue.has(form)) byValue.set(form, placeholder);
  }
  const automaton = buildAutomaton([...byValue.keys()]);
  const replacements = [...byValue.values()];
  return () => createStreamReplacer(automaton, replacements);
}

function escaped(value: string): string {
  return JSON.stringify(value).slice(1, -1);
}
