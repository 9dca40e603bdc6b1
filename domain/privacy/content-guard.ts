import type { GatewayErrorInfo } from '../errors.ts';
import { type AnswerText, createAnswerText } from './answer/answer-text.ts';
import type { ContentRules, EntityAction, FilteredTerms } from './content-rules.ts';
import { createDetector } from './detect.ts';
import { createPseudonyms } from './pseudonym.ts';
import { redactRequest } from './redact-request.ts';
import type { EntityCounts, RedactionRules } from './redact-text.ts';
import { rewriteRequest } from './rewrite-request.ts';
import { createTermMatcher, type TermMatcher } from './sensitive-terms.ts';
import type { Entity } from './span.ts';
import type { PlaceholderMap } from './stream/stream-restorer.ts';

/** What was found in a request, by kind and category; figures and names only, so it may be kept and shown. */
export interface FoundInRequest {
  entities: EntityCounts;
  /** How many texts of the body mention a category. */
  terms: Record<string, number>;
}

/**
 * `passed`: the body as it may go to a provider; with `localOnly` only to a deployment with `local: true`. `refused`: by
 * a `content_filter` that names the kind or category, never the word, or as `payload_too_large`; there is no body then,
 * so that none can be sent.
 */
export type GuardedRequest<Body> =
  | { kind: 'passed'; body: Body; placeholders: PlaceholderMap; found: FoundInRequest; localOnly: boolean }
  | { kind: 'refused'; error: GatewayErrorInfo; found: FoundInRequest };

/** The rules of one or more policies together, prepared for any number of requests. */
export interface ContentGuard {
  request<Body extends object>(body: Body, tenantKey: Uint8Array): GuardedRequest<Body>;
  /** True where the request holds data that keeps it on local deployments; one that is too long is refused anyway. */
  keepsInside(body: object): boolean;
  /** Undefined where answers go to the caller as they come. */
  answer(placeholders: PlaceholderMap): AnswerText | undefined;
}

/** Looking into a text holds up everything else that this process does. */
const maxTextChars = 2_000_000;

/** Each policy may only add to what the others ask for: where they differ, the stricter action counts. */
export function createContentGuard(policies: readonly ContentRules[]): ContentGuard {
  const redacted = policies.flatMap(({ redact }) => redact);
  const inside = new Set(redacted.filter(({ action }) => action === 'local-only').map(({ entity }) => entity));
  const rules = redactionRules(redacted);
  const detector = createDetector({
    entities: [...new Set(redacted.map(({ entity }) => entity))],
    words: policies.flatMap(({ wordLists }) => wordLists),
    patterns: policies.flatMap(({ patterns }) => patterns),
  });
  const input = matcher(
    policies.flatMap(({ inputFilters }) => inputFilters),
    'block',
  );
  const output = matcher(
    policies.flatMap(({ outputFilters }) => outputFilters),
    'stop',
  );

  const staysInside = (counts: EntityCounts): boolean => [...inside].some((entity) => (counts[entity] ?? 0) > 0);
  const redact = <Body extends object>(body: Body, tenantKey: Uint8Array, applied: RedactionRules) =>
    redactRequest(body, { detector, rules: applied, pseudonyms: createPseudonyms(tenantKey) });

  return {
    request(body, tenantKey) {
      const textChars = textLength(body);
      if (textChars > maxTextChars) return tooLong(textChars);
      const filtered = input ? filterRequest(body, input) : { body, terms: {} };
      const { terms, refusedFor } = filtered;
      if (refusedFor !== undefined) {
        return refused(`words of the category '${refusedFor}'`, { entities: {}, terms });
      }
      if (redacted.length === 0) {
        const found = { entities: {}, terms };
        return { kind: 'passed', body: filtered.body, placeholders: {}, found, localOnly: false };
      }
      const result = redact(filtered.body, tenantKey, rules);
      const found = { entities: result.counts, terms };
      if (result.kind === 'blocked') return refused(`personal data (${result.entities.join(', ')})`, found);
      const { body: guarded, placeholders, counts } = result;
      return { kind: 'passed', body: guarded, placeholders, found, localOnly: staysInside(counts) };
    },
    keepsInside(body) {
      if (inside.size === 0 || textLength(body) > maxTextChars) return false;
      const counted = Object.fromEntries([...inside].map((entity) => [entity, 'leave' as const]));
      return staysInside(redact(body, new Uint8Array(32), counted).counts);
    },
    answer(placeholders) {
      if (!output && Object.keys(placeholders).length === 0) return undefined;
      return createAnswerText({ placeholders, terms: output });
    },
  };
}

function textLength(body: object): number {
  let chars = 0;
  rewriteRequest(body, (text) => {
    chars += text.length;
    return text;
  });
  return chars;
}

/** Strictest first; `local-only` alone changes no text. */
const byStrictness: readonly EntityAction[] = ['block', 'mask', 'pseudonymize', 'local-only'];

function redactionRules(redacted: readonly { entity: Entity; action: EntityAction }[]): RedactionRules {
  const rules: { -readonly [Kind in keyof RedactionRules]: RedactionRules[Kind] } = {};
  for (const action of byStrictness) {
    for (const { entity } of redacted.filter((rule) => rule.action === action)) {
      rules[entity] ??= action === 'local-only' ? 'leave' : action;
    }
  }
  return rules;
}

/** `strict` words (which block or stop) win over masked ones of the same spelling, since the first of equals counts. */
function matcher(
  filters: readonly FilteredTerms<'mask' | 'block' | 'stop'>[],
  strict: 'block' | 'stop',
): TermMatcher | undefined {
  if (filters.length === 0) return undefined;
  const inOrder = filters.toSorted((a, b) => Number(b.action === strict) - Number(a.action === strict));
  return createTermMatcher(
    inOrder.map(({ category, terms, action }) => ({
      name: category,
      terms,
      action: action === strict ? 'stop' : 'mask',
    })),
  );
}

/** `refusedFor`: category of the first word that blocks. */
function filterRequest<Body extends object>(
  body: Body,
  input: TermMatcher,
): { body: Body; terms: Record<string, number>; refusedFor?: string } {
  const terms: Record<string, number> = {};
  let refusedFor: string | undefined;
  const filtered = rewriteRequest(body, (text) => {
    const mentioned = input.categoriesIn(text);
    if (mentioned.length === 0) return text;
    for (const category of mentioned) terms[category] = (terms[category] ?? 0) + 1;
    const filter = input.stream();
    const begun = filter.push(text);
    const rest = filter.end();
    refusedFor ??= begun.stopped ?? rest.stopped;
    return begun.text + rest.text;
  });
  return { body: filtered, terms, ...(refusedFor !== undefined && { refusedFor }) };
}

function refused(
  what: string,
  found: FoundInRequest,
): { kind: 'refused'; error: GatewayErrorInfo; found: FoundInRequest } {
  const message = `The request holds ${what}, which its policy does not let through; nothing was sent. Send it without.`;
  return { kind: 'refused', error: { type: 'content_filter', message }, found };
}

function tooLong(textChars: number): { kind: 'refused'; error: GatewayErrorInfo; found: FoundInRequest } {
  const message =
    `The request holds ${textChars} characters of text; a policy that looks into requests takes ${maxTextChars}. ` +
    'Nothing was sent. Send it in parts.';
  return { kind: 'refused', error: { type: 'payload_too_large', message }, found: { entities: {}, terms: {} } };
}
