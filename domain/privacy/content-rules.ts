import type { Entity } from './span.ts';

/**
 * What a policy does where a kind of personal data is found in a request. `mask`: `[PERSON]`, for good; `pseudonymize`:
 * a placeholder, put back in the answer; `block`: the request is refused; `local-only`: the request goes to deployments
 * with `local: true` only, with the data as it is.
 */
export const entityActions = ['mask', 'pseudonymize', 'block', 'local-only'] as const;
export type EntityAction = (typeof entityActions)[number];

/** Words of one category. `mask` writes `[REDACTED]`; `block` refuses the request, `stop` ends the answer. */
export interface FilteredTerms<Action> {
  category: string;
  terms: readonly string[];
  action: Action;
}

/** What a policy asks of the content of requests and answers. */
export interface ContentRules {
  redact: readonly { entity: Entity; action: EntityAction }[];
  /** Words that stand for a kind of data wherever they come up, such as the names of all patients. */
  wordLists: readonly { entity: Entity; words: readonly string[] }[];
  /** The operator's own patterns, in RE2 syntax. */
  patterns: readonly { entity: Entity; pattern: string }[];
  inputFilters: readonly FilteredTerms<'mask' | 'block'>[];
  outputFilters: readonly FilteredTerms<'mask' | 'stop'>[];
}

/** What the policies of one request ask for together, as far as it decides the steps of its workflow. */
export interface PrivacyDemand {
  /** Names of the policies: the tenant's, and the request's own. */
  policies: string[];
  /** The request's content must be looked at before it leaves. */
  redacts: boolean;
  /** Only deployments with `local: true`. */
  localOnly: boolean;
}

/** Undefined where the policies ask for nothing, so that a plain request costs nothing. */
export function privacyDemand(
  policies: readonly { name: string; localOnly: boolean; content?: ContentRules }[],
): PrivacyDemand | undefined {
  const asking = policies.filter(({ localOnly, content }) => localOnly || content !== undefined);
  if (asking.length === 0) return undefined;
  return {
    policies: asking.map(({ name }) => name),
    redacts: asking.some(
      ({ content }) => content !== undefined && content.redact.length + content.inputFilters.length > 0,
    ),
    localOnly: asking.some(({ localOnly }) => localOnly),
  };
}
