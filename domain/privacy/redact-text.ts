import type { Detector } from './detect.ts';
import type { Pseudonyms } from './pseudonym.ts';
import type { RewriteText } from './rewrite-request.ts';
import type { Entity, Span } from './span.ts';

/**
 * What to do with a kind of personal data:
 * - `mask`: `[PERSON]`, for good;
 * - `pseudonymize`: a placeholder that is put back in the answer;
 * - `block`: the request must not go on;
 * - `leave`: it is counted and stays as it is.
 */
type RedactionAction = 'mask' | 'pseudonymize' | 'block' | 'leave';

/** Kinds that a policy names, with what to do; kinds that are left out stay as they are. */
export type RedactionRules = Readonly<Partial<Record<Entity, RedactionAction>>>;

/** How often each kind was found; safe to log. */
export type EntityCounts = Partial<Record<Entity, number>>;

/** Redacts any number of texts of one request, so that the same value gets the same placeholder in all of them. */
export interface Redaction {
  /**
   * The text with everything replaced that the rules name. `label` is what the text is the value of, where it is known
   * (`phone`): it tells the detectors what a bare value is, and is no part of what comes back.
   */
  text: RewriteText;
  readonly counts: Readonly<EntityCounts>;
  /** Kinds that were found and whose action is `block`. Where there is one, nothing of the request may leave. */
  readonly blocked: ReadonlySet<Entity>;
}

export function createRedaction(detector: Detector, rules: RedactionRules, pseudonyms: Pseudonyms): Redaction {
  const counts: EntityCounts = {};
  const blocked = new Set<Entity>();

  function replacement(entity: Entity, action: RedactionAction, value: string): string {
    if (action === 'leave') return value;
    if (action === 'pseudonymize') return pseudonyms.placeholderOf(entity, value);
    if (action === 'block') blocked.add(entity);
    return `[${entity.toUpperCase()}]`;
  }

  return {
    counts,
    blocked,
    text(text, label) {
      let redacted = '';
      let at = 0;
      for (const { start, end, entity } of findIn(detector, text, label)) {
        const action = rules[entity];
        if (action === undefined) continue;
        counts[entity] = (counts[entity] ?? 0) + 1;
        redacted += text.slice(at, start) + replacement(entity, action, text.slice(start, end));
        at = end;
      }
      return redacted + text.slice(at);
    },
  };
}

/** Spans of a text, read behind its label where it has one. */
function findIn(detector: Detector, text: string, label: string | undefined): Span[] {
  if (text === '') return [];
  const lead = label === undefined ? '' : `${label.replaceAll(/[_-]/gu, ' ')}: `;
  if (lead === '') return detector(text);
  return detector(lead + text)
    .filter(({ start }) => start >= lead.length)
    .map((found) => ({ ...found, start: found.start - lead.length, end: found.end - lead.length }));
}
