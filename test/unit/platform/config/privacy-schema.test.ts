import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ContentRules } from '../../../../domain/privacy/content-rules.ts';
import { resolveConfig } from '../../../../platform/config/config-file.ts';
import { ConfigurationError } from '../../../../platform/config/settings.ts';

const folder = mkdtempSync(join(tmpdir(), 'holdfast-words-'));

function resolved(policy: object) {
  const file = {
    providers: { near: { kind: 'openai-compatible', baseUrl: 'http://127.0.0.1:8000/v1' } },
    deployments: { light: { provider: 'near', model: 'm' } },
    policies: { clinic: policy },
  };
  return resolveConfig(file, {}, join(folder, 'gateway.yaml')).policies.get('clinic');
}
const content = (policy: object): ContentRules | undefined => resolved(policy)?.content;

const list = (size: number): string => Array.from({ length: size }, (_, index) => `name${index}`).join('\n');
const policyOf = (file: string) => ({ redact: ['person'], wordLists: [{ entity: 'person', file }] });

describe('a policy of the configuration file', () => {
  it('asks nothing of the content where it names nothing', () => {
    expect(resolved({ localOnly: true })).toEqual({ name: 'clinic', localOnly: true });
  });

  it('pseudonymizes a kind of data that is named alone', () => {
    const { redact } =
      content({ redact: ['person', { entity: 'phone', action: 'local-only' }, { entity: 'ip' }] }) ?? {};
    expect(redact).toEqual([
      { entity: 'person', action: 'pseudonymize' },
      { entity: 'phone', action: 'local-only' },
      { entity: 'ip', action: 'pseudonymize' },
    ]);
  });

  it('reads word files from its own folder, a word a line', () => {
    writeFileSync(join(folder, 'patients.txt'), '# ward 3\n王小明\r\n\n  Jane Doe \n');
    const rules = content({ redact: ['person'], wordLists: [{ entity: 'person', file: 'patients.txt' }] });
    expect(rules?.wordLists).toEqual([{ entity: 'person', words: ['王小明', 'Jane Doe'] }]);
  });

  it('fills filters with the shipped and the own categories, masking answers and blocking requests by default', () => {
    const rules = content({
      sensitiveWords: [{ category: 'rivals', words: ['Acme'] }],
      inputFilters: [{ filter: 'sensitive', categories: ['rivals'] }],
      outputFilters: ['medical', { filter: 'sensitive', action: 'stop', categories: ['rivals', 'violence'] }],
    });
    expect(rules?.inputFilters).toEqual([{ category: 'rivals', terms: ['Acme'], action: 'block' }]);
    expect(rules?.outputFilters.map(({ category, action }) => `${category}: ${action}`)).toEqual([
      ...['hiv', 'sti', 'psychiatric', 'reproductive', 'genetic', 'substance_use', 'infectious_other'].map(
        (name) => `medical/${name}: mask`,
      ),
      ...['gender_sexuality', 'violence_abuse', 'oncology_terminal'].map((name) => `medical/${name}: mask`),
      'violence: stop',
      'rivals: stop',
    ]);
  });

  it.each<[string, object, string]>([
    ['a kind of data that there is not', { redact: ['shoe_size'] }, 'policies.clinic.redact.0'],
    ['an action that there is not', { redact: [{ entity: 'person', action: 'ask' }] }, 'policies.clinic.redact.0'],
    ['a filter that there is not', { outputFilters: ['politics'] }, 'policies.clinic.outputFilters.0'],
    [
      'a category that the filter has not',
      { outputFilters: [{ filter: 'medical', categories: ['flu'] }] },
      'policies.clinic.outputFilters.0.categories',
    ],
    ['an action of the other side', { inputFilters: [{ filter: 'medical', action: 'stop' }] }, 'inputFilters.0'],
    [
      'a pattern for what is not redacted',
      { patterns: [{ entity: 'secret', pattern: 'x' }] },
      'policies.clinic.patterns.0.entity',
    ],
    [
      'a pattern that is none',
      { redact: ['secret'], patterns: [{ entity: 'secret', pattern: '(?<=a)b' }] },
      'policies.clinic.patterns.0.pattern',
    ],
    [
      'a file that is not there',
      { redact: ['person'], wordLists: [{ entity: 'person', file: 'none.txt' }] },
      'policies.clinic.wordLists.0.file',
    ],
    ['a list without words', { redact: ['person'], wordLists: [{ entity: 'person' }] }, 'policies.clinic.wordLists.0'],
    [
      'sensitive words that no filter uses',
      { sensitiveWords: [{ category: 'x', words: ['y'] }] },
      'policies.clinic.sensitiveWords',
    ],
  ])('names the path of the wrong field: %s', (_what, policy, path) => {
    expect(() => resolved(policy)).toThrow(ConfigurationError);
    expect(() => resolved(policy)).toThrow(path);
  });

  it('takes a list of 50,000 words and no longer one', () => {
    writeFileSync(join(folder, 'full.txt'), list(50_000));
    writeFileSync(join(folder, 'over.txt'), list(50_001));
    expect(content(policyOf('full.txt'))?.wordLists[0]?.words).toHaveLength(50_000);
    expect(() => resolved(policyOf('over.txt'))).toThrow('50001 words');
  });
});
