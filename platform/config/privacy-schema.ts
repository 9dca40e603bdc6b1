import { z } from 'zod';
import type { Policy } from '../../domain/gateway-config.ts';
import { type ContentRules, entityActions, type FilteredTerms } from '../../domain/privacy/content-rules.ts';
import { createPatternDetector } from '../../domain/privacy/detectors/operator-pattern.ts';
import { harmTerms, medicalTerms, type Terms } from '../../domain/privacy/shipped-terms.ts';
import { entities, type Entity } from '../../domain/privacy/span.ts';
import { maxWords, readWordFile } from './word-file.ts';

const text = z.string().min(1);
const entity = z.enum(entities);
const wordSource = {
  words: z.array(text).nonempty().max(maxWords).optional(),
  file: text.optional(),
};

/** A filter by its name alone, or with what it does and the categories it is about; all of them where left out. */
function filterEntry<Action extends string>(actions: readonly [Action, Action], usual: NoInfer<Action>) {
  const name = z.enum(['medical', 'sensitive']);
  const entry = z.strictObject({
    filter: name,
    action: z.enum<readonly [Action, Action]>(actions).optional(),
    categories: z.array(text).nonempty().optional(),
  });
  return z
    .union([name.transform((filter) => ({ filter, action: undefined, categories: undefined })), entry])
    .transform(({ filter, action, categories }) => ({ filter, categories, action: action ?? usual }));
}

/** One policy of gateway.yaml. */
export const policySchema = z.strictObject({
  localOnly: z.boolean().default(false),
  redact: z
    .array(
      z.union([
        entity.transform((kind) => ({ entity: kind, action: 'pseudonymize' as const })),
        z.strictObject({ entity, action: z.enum(entityActions).default('pseudonymize') }),
      ]),
    )
    .default([]),
  wordLists: z.array(z.strictObject({ entity, ...wordSource })).default([]),
  patterns: z.array(z.strictObject({ entity, pattern: text.max(1_000) })).default([]),
  sensitiveWords: z
    .array(z.strictObject({ category: z.string().regex(/^[a-z0-9][a-z0-9_-]{0,63}$/), ...wordSource }))
    .default([]),
  inputFilters: z.array(filterEntry(['block', 'mask'], 'block')).default([]),
  outputFilters: z.array(filterEntry(['mask', 'stop'], 'mask')).default([]),
});

type PolicyEntry = z.output<typeof policySchema>;
/** Ends the reading of the configuration with the field that is wrong. */
type Fail = (field: string, message: string) => never;

/**
 * The policy with its word files read and its filters filled with their terms.
 * @param folder word files are named from here.
 */
export function resolvePolicy(name: string, entry: PolicyEntry, folder: string, fail: Fail): Policy {
  const failIn: Fail = (field, message) => fail(`policies.${name}.${field}`, message);
  const content = contentRules(entry, folder, failIn);
  const asksNothing = content.redact.length + content.inputFilters.length + content.outputFilters.length === 0;
  return { name, localOnly: entry.localOnly, ...(!asksNothing && { content }) };
}

function contentRules(entry: PolicyEntry, folder: string, fail: Fail): ContentRules {
  const isRedacted = (kind: Entity): boolean => entry.redact.some((rule) => rule.entity === kind);
  const assertRedacted = (field: string, kind: Entity): void => {
    if (!isRedacted(kind)) fail(`${field}.entity`, `'${kind}' is not in redact, so nothing would be done about it`);
  };
  const own = entry.sensitiveWords.map(({ category, ...source }, index) => ({
    category,
    terms: wordsOf(source, `sensitiveWords.${index}`, folder, fail),
  }));
  const known = { medical: medicalTerms, sensitive: [...harmTerms, ...own] };
  const filters = [...entry.inputFilters, ...entry.outputFilters];
  if (own.length > 0 && !filters.some(({ filter }) => filter === 'sensitive')) {
    fail('sensitiveWords', "neither inputFilters nor outputFilters name 'sensitive', so nothing would be done");
  }
  return {
    redact: entry.redact,
    wordLists: entry.wordLists.map(({ entity: kind, ...source }, index) => {
      assertRedacted(`wordLists.${index}`, kind);
      return { entity: kind, words: wordsOf(source, `wordLists.${index}`, folder, fail) };
    }),
    patterns: entry.patterns.map(({ entity: kind, pattern }, index) => {
      assertRedacted(`patterns.${index}`, kind);
      assertPattern(pattern, kind, (message) => fail(`patterns.${index}.pattern`, message));
      return { entity: kind, pattern };
    }),
    inputFilters: filterTerms(entry.inputFilters, 'inputFilters', known, fail),
    outputFilters: filterTerms(entry.outputFilters, 'outputFilters', known, fail),
  };
}

function filterTerms<Action extends string>(
  filters: readonly { filter: 'medical' | 'sensitive'; action: Action; categories?: string[] | undefined }[],
  field: string,
  known: Record<'medical' | 'sensitive', readonly Terms[]>,
  fail: Fail,
): FilteredTerms<Action>[] {
  return filters.flatMap(({ filter, action, categories }, index) => {
    const all = known[filter];
    const wanted = categories?.map((name) =>
      filter === 'medical' ? `medical/${name.replace(/^medical\//, '')}` : name,
    );
    const unknown = wanted?.find((name) => !all.some(({ category }) => category === name));
    if (unknown !== undefined) {
      const names = [...new Set(all.map(({ category }) => category))].join(', ');
      fail(`${field}.${index}.categories`, `'${unknown}' is none of the filter '${filter}': ${names}`);
    }
    return all
      .filter(({ category }) => wanted?.includes(category) ?? true)
      .map(({ category, terms }) => ({ category, terms, action }));
  });
}

function wordsOf(
  { words, file }: { words?: string[] | undefined; file?: string | undefined },
  field: string,
  folder: string,
  fail: Fail,
): string[] {
  if (words !== undefined && file === undefined) return words;
  if (file === undefined || words !== undefined) return fail(field, 'needs either words or file');
  return readWordFile(file, folder, (message) => fail(`${field}.file`, message));
}

function assertPattern(pattern: string, kind: Entity, fail: (message: string) => never): void {
  try {
    createPatternDetector(pattern, kind);
  } catch (error) {
    fail(`is no RE2 pattern: ${error instanceof Error ? error.message : 'it cannot be read'}`);
  }
}
