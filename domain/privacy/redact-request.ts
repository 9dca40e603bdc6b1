import type { Detector } from './detect.ts';
import { createWordDetector } from './detectors/registered.ts';
import { isOrdinary } from './names-zh/words.ts';
import { fold } from './names-en/fold.ts';
import { isWord } from './names-en/vocabulary.ts';
import type { Pseudonyms } from './pseudonym.ts';
import { createRedaction, type EntityCounts, type RedactionRules } from './redact-text.ts';
import { resolveOverlaps } from './resolve-overlaps.ts';
import { rewriteRequest } from './rewrite-request.ts';
import type { Entity, Span } from './span.ts';
import type { PlaceholderMap } from './stream/stream-restorer.ts';

/** The outcome for a whole request body. A blocked one carries no body, so that it cannot be sent by mistake. */
export type RequestRedaction<Body> =
  | { kind: 'redacted'; body: Body; placeholders: PlaceholderMap; counts: Readonly<EntityCounts> }
  | { kind: 'blocked'; entities: Entity[]; counts: Readonly<EntityCounts> };

export interface RequestRedactionOptions {
  /** Prepared once for a policy, since its word lists may be long. */
  detector: Detector;
  rules: RedactionRules;
  pseudonyms: Pseudonyms;
}

/**
 * Redacts every text of a request body. It is read twice: names that a cue gives away in one field are then found in
 * all others. The body is not changed; the redacted one is a copy.
 */
export function redactRequest<Body extends object>(
  body: Body,
  options: RequestRedactionOptions,
): RequestRedaction<Body> {
  const { detector, rules, pseudonyms } = options;
  const spansOf = new Map<string, Span[]>();
  const persons = new Set<string>();
  const collect: Detector = (text) => {
    const spans = detector(text);
    spansOf.set(text, spans);
    for (const { start, end, entity } of spans) if (entity === 'person') persons.add(text.slice(start, end));
    return spans;
  };
  rewriteRequest(body, createRedaction(collect, {}, pseudonyms).text);

  const again = createWordDetector([...persons].filter(isUnmistakable), 'person');
  const complete: Detector = (text) => resolveOverlaps([...(spansOf.get(text) ?? detector(text)), ...again(text)]);
  const redaction = createRedaction(complete, rules, pseudonyms);
  const redacted = rewriteRequest(body, redaction.text);
  const { counts, blocked } = redaction;
  if (blocked.size > 0) return { kind: 'blocked', entities: [...blocked], counts };
  return { kind: 'redacted', body: redacted, placeholders: pseudonyms.map, counts };
}

/** A name that is an everyday word too (周末, Mark) is only a name where its surroundings say so. */
function isUnmistakable(name: string): boolean {
  return !isOrdinary(name) && !isWord(fold(name));
}
