import { rewriteJsonText } from './redact-json-text.ts';

/** What to write in place of a text. `label` is what the text is the value of, where that is known (`phone`). */
export type RewriteText = (text: string, label?: string) => string;

/** Members whose values are chosen from fixed words, or are bytes; a value that is more than a word is text after all. */
const structural = new Set(
  'model role type object finish_reason stop_reason format encoding_format detail media_type mime_type reasoning_effort service_tier modality voice response_format_type strict cache_control'.split(
    ' ',
  ),
);
/** The word list above holds no digits in a row and no sign of an address. */
const fixedWord = /^(?!.*\d{6})[\w.:/+-]{1,64}$/u;

/** Objects and lists of the wire formats; whatever else an object is called, its members are the user's own data. */
const wireNames = new Set(
  'messages content parts system input tools tool_choice tool_calls functions function function_call custom grammar response_format json_schema text image_url input_audio audio file source prediction stop stop_sequences stream_options modalities reasoning thinking web_search_options annotations cache_control logit_bias'.split(
    ' ',
  ),
);
/** Numbers of the wire formats, which a provider takes as numbers only. */
const wireNumber = /^(?:seed|created|logit_bias|max_\w+|\w+_tokens|num_\w+)$/u;

/** Members of a JSON schema whose strings are names, not text. */
const schemaNames = new Set(['type', 'format', '$ref', '$id', '$schema', '$anchor', 'pattern']);

/**
 * `wire`: members have the meaning of the wire format; `free`: the user's own data, keys and numbers included; `schema`:
 * a JSON schema; `properties`: the members of an object that a schema describes.
 */
type Context = 'wire' | 'free' | 'schema' | 'properties';

/**
 * Rewrites every text of a request body: message contents and parts, names, ids, system prompts, tool-call arguments
 * and results, tool descriptions and schemas, metadata, and any field not known here. JSON in a string is read as JSON,
 * with its escapes and its keys. The body is not changed; what comes back is a copy.
 */
export function rewriteRequest<Body extends object>(body: Body, rewrite: RewriteText): Body {
  return walk(body, undefined, rewrite, 'wire') as Body;
}

function walk(value: unknown, key: string | undefined, rewrite: RewriteText, context: Context): unknown {
  if (typeof value === 'string') return rewriteString(value, labelOf(key, context), rewrite);
  if (typeof value === 'number') return rewriteNumber(value, key, rewrite, context);
  if (Array.isArray(value)) return value.map((item: unknown) => walk(item, key, rewrite, context));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([name, member]): [string, unknown] => {
    if (isFixed(name, member, context)) return [name, member];
    const ownName = context === 'free' || context === 'properties';
    return [ownName ? rewrite(name) : name, walk(member, name, rewrite, contextOf(name, member, context))];
  });
  return Object.fromEntries(entries);
}

function isFixed(name: string, member: unknown, context: Context): boolean {
  if (context === 'schema') return schemaNames.has(name);
  return context === 'wire' && structural.has(name) && typeof member === 'string' && fixedWord.test(member);
}

function labelOf(key: string | undefined, context: Context): string | undefined {
  return context === 'free' || key === 'name' || key === 'user' ? key : undefined;
}

function contextOf(name: string, member: unknown, context: Context): Context {
  if (context === 'properties') return 'schema';
  if (context === 'schema') return name === 'properties' ? 'properties' : 'schema';
  if (context === 'free' || typeof member !== 'object') return context;
  if (name === 'parameters' || name === 'input_schema' || name === 'schema') return 'schema';
  if (name === 'input' && !Array.isArray(member)) return 'free';
  return wireNames.has(name) ? 'wire' : 'free';
}

/** Bytes are left alone; JSON in a string is read as JSON, with its escapes and its keys; the rest is text. */
function rewriteString(value: string, label: string | undefined, rewrite: RewriteText): string {
  if (/^data:[\w.+-]{0,64}\/?[\w.+-]{0,64}(?:;[\w=-]{1,64}){0,4};base64,/u.test(value) || isBase64(value)) return value;
  const json = rewriteJsonText(value, ({ value: inner, key, isKey, isNumber }) => {
    if (isKey) return rewrite(inner);
    return isNumber && inner.replaceAll(/\D/gu, '').length < 6 ? inner : rewrite(inner, key);
  });
  return json ?? rewrite(value, label);
}

/** A number that changes becomes a string. */
function rewriteNumber(value: number, key: string | undefined, rewrite: RewriteText, context: Context): unknown {
  const text = String(value);
  if (text.length < 6 || (context === 'wire' && key !== undefined && wireNumber.test(key))) return value;
  const rewritten = rewrite(text, key);
  return rewritten === text ? value : rewritten;
}

/** Images and audio as long runs of base64 without a space; no prose is written so. */
function isBase64(value: string): boolean {
  return value.length > 512 && /^[A-Za-z0-9+/_-]{512,}={0,2}$/u.test(value);
}
