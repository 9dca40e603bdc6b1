import type { Detector } from './detect.ts';
import { createWordDetector } from './detectors/registered.ts';
import { isOrdinary } from './names-zh/dictionary.ts';
import { fold } from './names-en/fold.ts';
import { isWord } from './names-en/vocabulary.ts';
import type { Pseudonyms } from './pseudonym.ts';
import { rewriteJsonText } from './redact-json-text.ts';
import { createRedaction, type EntityCounts, type Redaction, type RedactionRules } from './redact-text.ts';
import { resolveOverlaps } from './resolve-overlaps.ts';
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
 * Members of a wire format whose values are chosen from fixed words, are ids, or are bytes. They are told by where they
 * stand: inside what users fill in freely (arguments, metadata, results), the same names are ordinary data.
 */
const structural = new Set(
  'model role type id tool_call_id call_id tool_use_id object finish_reason stop_reason format encoding_format detail media_type mime_type reasoning_effort service_tier modality voice response_format_type strict $ref $schema cache_control'.split(
    ' ',
  ),
);
/** Members that hold JSON of the user's own. */
const freeForm = new Set(['metadata', 'input', 'arguments', 'parameters_values', 'additional_kwargs']);
/** Members of a JSON schema whose strings are names, not text. */
const schemaNames = new Set(['required', 'type', 'format', '$ref', '$id', '$schema', 'pattern']);

/**
 * Redacts every text of a request body: message contents and parts, names, system prompts, tool-call arguments and
 * results, tool descriptions and schemas, metadata, and any field not known here. The body is not changed; the redacted
 * one is a copy. It is read twice: names that a cue gives away in one field are then found in all others.
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
  walk(body, undefined, createRedaction(collect, {}, pseudonyms), 'wire');

  const again = createWordDetector([...persons].filter(isUnmistakable), 'person');
  const complete: Detector = (text) => resolveOverlaps([...(spansOf.get(text) ?? detector(text)), ...again(text)]);
  const redaction = createRedaction(complete, rules, pseudonyms);
  const redacted = walk(body, undefined, redaction, 'wire');
  const { counts, blocked } = redaction;
  if (blocked.size > 0) return { kind: 'blocked', entities: [...blocked], counts };
  return { kind: 'redacted', body: redacted as Body, placeholders: pseudonyms.map, counts };
}

/** A name that is an everyday word too (周末, Mark) is only a name where its surroundings say so. */
function isUnmistakable(name: string): boolean {
  return !isOrdinary(name) && !isWord(fold(name));
}

/** `wire`: members have the meaning of the wire format; `free`: the user's own data; `schema`: a JSON schema. */
type Context = 'wire' | 'free' | 'schema';

function walk(value: unknown, key: string | undefined, redaction: Redaction, context: Context): unknown {
  if (typeof value === 'string')
    return redactString(value, context === 'free' || key === 'name' || key === 'user' ? key : undefined, redaction);
  if (typeof value === 'number' && context === 'free') return redactNumber(value, key, redaction);
  if (Array.isArray(value)) return value.map((item: unknown) => walk(item, key, redaction, context));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([name, member]): [string, unknown] => {
    if (context === 'wire' && structural.has(name) && typeof member !== 'object') return [name, member];
    if (context === 'schema' && schemaNames.has(name)) return [name, member];
    return [
      context === 'free' ? redaction.text(name) : name,
      walk(member, name, redaction, contextOf(name, member, context)),
    ];
  });
  return Object.fromEntries(entries);
}

function contextOf(name: string, member: unknown, context: Context): Context {
  if (context !== 'wire') return context;
  if (name === 'parameters' || name === 'input_schema' || name === 'schema') return 'schema';
  return freeForm.has(name) && typeof member === 'object' && !Array.isArray(member) ? 'free' : 'wire';
}

/** Bytes are left alone; JSON in a string is read as JSON, with its escapes and its keys; the rest is text. */
function redactString(value: string, label: string | undefined, redaction: Redaction): string {
  if (/^data:[\w.+-]{0,64}\/?[\w.+-]{0,64}(?:;[\w=-]{1,64}){0,4};base64,/u.test(value) || isBase64(value)) return value;
  const json = rewriteJsonText(value, ({ value: inner, key, isKey, isNumber }) => {
    if (isKey) return redaction.text(inner);
    return isNumber && inner.replaceAll(/\D/gu, '').length < 6 ? inner : redaction.text(inner, key);
  });
  return json ?? redaction.text(value, label);
}

function redactNumber(value: number, key: string | undefined, redaction: Redaction): unknown {
  const text = String(value);
  const redacted = text.length < 6 ? text : redaction.text(text, key);
  return redacted === text ? value : redacted;
}

/** Images and audio as long runs of base64 without a space; no prose is written so. */
function isBase64(value: string): boolean {
  return value.length > 512 && /^[A-Za-z0-9+/_-]{512,}={0,2}$/u.test(value);
}
