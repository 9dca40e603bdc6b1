import type { ContentRules } from './content-rules.ts';
import { createDetector } from './detect.ts';
import { createTermMatcher } from './sensitive-terms.ts';
import { harmTerms, medicalTerms, type Terms } from './shipped-terms.ts';
import { entities } from './span.ts';

/** What a text was found to be about: every category there is, with its score from 0 to 1. */
export interface Moderation {
  flagged: boolean;
  scores: Record<string, number>;
}

/**
 * Judges texts by the words and detectors that requests are guarded with: categories of harm (`violence`), medical
 * (`medical/hiv`), of the operator, and kinds of personal data (`personal_data/phone`). A word scores 1; personal data
 * as its detector believes in it.
 */
export function createModerator(policies: readonly ContentRules[]): (text: string) => Moderation {
  const own = policies.flatMap(({ inputFilters, outputFilters }): Terms[] => [...inputFilters, ...outputFilters]);
  const terms = [...harmTerms, ...medicalTerms, ...own];
  const matcher = createTermMatcher(
    terms.map(({ category, terms: words }) => ({ name: category, terms: words, action: 'mask' })),
  );
  const detector = createDetector({
    words: policies.flatMap(({ wordLists }) => wordLists),
    patterns: policies.flatMap(({ patterns }) => patterns),
  });
  const none = Object.fromEntries(
    [...terms.map(({ category }) => category), ...entities.map((entity) => `personal_data/${entity}`)].map(
      (category): [string, number] => [category, 0],
    ),
  );
  return (text) => {
    const scores = { ...none };
    for (const category of matcher.categoriesIn(text)) scores[category] = 1;
    for (const { entity, score } of detector(text)) {
      scores[`personal_data/${entity}`] = Math.max(scores[`personal_data/${entity}`] ?? 0, score);
    }
    return { flagged: Object.values(scores).some((score) => score > 0), scores };
  };
}
