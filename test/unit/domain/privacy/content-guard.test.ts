import { createContentGuard } from '../../../../domain/privacy/content-guard.ts';
import { privacyDemand, type ContentRules } from '../../../../domain/privacy/content-rules.ts';

const tenantKey = new Uint8Array(32).fill(7);
const nothing: ContentRules = { redact: [], wordLists: [], patterns: [], inputFilters: [], outputFilters: [] };
const saying = (content: string) => ({ messages: [{ role: 'user', content }] });

function guarded(rules: Partial<ContentRules>[], content: string) {
  const guard = createContentGuard(rules.map((each) => ({ ...nothing, ...each })));
  return guard.request(saying(content), tenantKey);
}

describe('guarding the content of a request', () => {
  it('takes the stricter action where policies differ', () => {
    const loose: Partial<ContentRules> = { redact: [{ entity: 'phone', action: 'pseudonymize' }] };
    const strict: Partial<ContentRules> = { redact: [{ entity: 'phone', action: 'mask' }] };
    for (const rules of [
      [loose, strict],
      [strict, loose],
    ]) {
      expect(guarded(rules, '电话13890825181')).toMatchObject({
        body: saying('电话[PHONE]'),
        found: { entities: { phone: 1 } },
        localOnly: false,
      });
    }
  });

  it('refuses what is to be blocked, by the kind alone', () => {
    const result = guarded([{ redact: [{ entity: 'phone', action: 'block' }] }], '电话13890825181');
    expect(result).toMatchObject({
      kind: 'refused',
      error: { type: 'content_filter', message: expect.stringContaining('phone') },
      found: { entities: { phone: 1 } },
    });
    expect(JSON.stringify(result)).not.toContain('1389');
  });

  it('keeps a request inside that holds data of a local-only kind, with the data as it is', () => {
    const rules: Partial<ContentRules> = { redact: [{ entity: 'phone', action: 'local-only' }] };
    expect(guarded([rules], '电话13890825181')).toMatchObject({ body: saying('电话13890825181'), localOnly: true });
    expect(guarded([rules], '你好')).toMatchObject({ localOnly: false });
    const guard = createContentGuard([{ ...nothing, ...rules }]);
    expect(guard.keepsInside(saying('电话13890825181'))).toBe(true);
    expect(guard.keepsInside(saying('你好'))).toBe(false);
  });

  it('keeps inside and pseudonymizes where two policies ask for both', () => {
    const result = guarded(
      [
        { redact: [{ entity: 'phone', action: 'local-only' }] },
        { redact: [{ entity: 'phone', action: 'pseudonymize' }] },
      ],
      '电话13890825181',
    );
    expect(result).toMatchObject({ localOnly: true, body: saying(expect.stringMatching(/^电话PHONE_[a-z]+$/u)) });
  });

  it('finds the words and patterns of the operator', () => {
    const result = guarded(
      [
        {
          redact: [
            { entity: 'person', action: 'mask' },
            { entity: 'medical_record', action: 'mask' },
          ],
          wordLists: [{ entity: 'person', words: ['Zorblax Quimby'] }],
          patterns: [{ entity: 'medical_record', pattern: String.raw`ZY-(\d{4})` }],
        },
      ],
      'Zorblax Quimby has ZY-1234',
    );
    expect(result).toMatchObject({ body: saying('[PERSON] has ZY-[MEDICAL_RECORD]') });
  });

  it('masks sensitive words of a request, or refuses it by their category alone', () => {
    const category = { category: 'rivals', terms: ['Acme', '某公司'] };
    expect(guarded([{ inputFilters: [{ ...category, action: 'mask' }] }], 'Ask acme or 某公司.')).toMatchObject({
      body: saying('Ask [REDACTED] or [REDACTED].'),
      found: { terms: { rivals: 1 } },
    });
    const refused = guarded([{ inputFilters: [{ ...category, action: 'block' }] }], 'Ask acme.');
    expect(refused).toMatchObject({ kind: 'refused', error: { message: expect.stringContaining("'rivals'") } });
    expect(JSON.stringify(refused)).not.toMatch(/acme/iu);
  });

  it('refuses more text than may hold others up, and counts no bytes for text', () => {
    const rules: Partial<ContentRules> = { redact: [{ entity: 'ip', action: 'mask' }] };
    const startedAt = performance.now();
    expect(guarded([rules], 'word '.repeat(400_001))).toMatchObject({
      kind: 'refused',
      error: { type: 'payload_too_large' },
    });
    expect(guarded([rules], `data:image/png;base64,${'A'.repeat(3_000_000)}`)).toMatchObject({ kind: 'passed' });
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });

  it('shows answers as they come where nothing was replaced and nothing is filtered', () => {
    const guard = createContentGuard([{ ...nothing, redact: [{ entity: 'phone', action: 'pseudonymize' }] }]);
    expect(guard.answer({})).toBeUndefined();
    expect(guard.answer({ PHONE_dafo: '1' })?.whole('PHONE_dafo', 'text').text).toBe('1');
  });
});

describe('what policies ask for', () => {
  it('is nothing for policies without rules', () => {
    expect(privacyDemand([{ name: 'default', localOnly: false }])).toBeUndefined();
  });

  it('is a look at the content only where requests are redacted or filtered', () => {
    const answers: ContentRules = { ...nothing, outputFilters: [{ category: 'c', terms: ['x'], action: 'mask' }] };
    const requests: ContentRules = { ...nothing, redact: [{ entity: 'ip', action: 'mask' }] };
    expect(privacyDemand([{ name: 'a', localOnly: false, content: answers }])).toEqual({
      policies: ['a'],
      redacts: false,
      localOnly: false,
    });
    expect(
      privacyDemand([
        { name: 'default', localOnly: false },
        { name: 'b', localOnly: true, content: requests },
      ]),
    ).toEqual({ policies: ['b'], redacts: true, localOnly: true });
  });
});
