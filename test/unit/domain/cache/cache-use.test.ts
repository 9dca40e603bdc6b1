import type { CacheSettings } from '../../../../domain/cache/cache-options.ts';
import { cacheUse } from '../../../../domain/cache/cache-use.ts';
import { exactQuestion, openQuestion } from '../../../../domain/cache/cached-question.ts';
import type { Deployment } from '../../../../domain/deployment.ts';

const settings: CacheSettings = { mode: 'off', ttlSeconds: 60, threshold: 0.7 };
const deployment = (name: string, model = 'm'): Deployment => ({
  name,
  model,
  provider: {
    name: 'near',
    kind: 'openai',
    baseUrl: 'http://127.0.0.1:1/v1',
    headers: {},
    local: true,
    alwaysStream: false,
  },
  modalities: ['chat'],
  limits: {},
});
const scope = { deployments: [deployment('light')], policies: [{ name: 'default', localOnly: false }] };

describe('how a request uses kept answers', () => {
  it.each([undefined, false, 'off' as const])('is none for %j where the operator left it off', (wish) => {
    expect(cacheUse(settings, wish, scope)).toBeUndefined();
  });

  it.each([
    [true, { mode: 'exact', ttlSeconds: 60 }],
    ['semantic' as const, { mode: 'semantic', threshold: 0.7 }],
    [{ ttlSeconds: 5 }, { mode: 'exact', ttlSeconds: 5 }],
    [
      { mode: 'semantic' as const, threshold: 0.9 },
      { mode: 'semantic', threshold: 0.9, ttlSeconds: 60 },
    ],
  ])('is for %j what it says, and the operator’s where it is silent: %j', (wish, expected) => {
    expect(cacheUse(settings, wish, scope)).toMatchObject(expected);
  });

  it('is the operator’s where the request does not say', () => {
    expect(cacheUse({ ...settings, mode: 'semantic' }, undefined, scope)).toMatchObject({ mode: 'semantic' });
    expect(cacheUse({ ...settings, mode: 'semantic' }, false, scope)).toBeUndefined();
  });

  it('has another scope for other deployments, another model behind one, and another rule of a policy', () => {
    const scopes = [
      scope,
      { ...scope, deployments: [deployment('light'), deployment('large')] },
      { ...scope, deployments: [deployment('light', 'm2')] },
      { ...scope, policies: [{ name: 'default', localOnly: true }] },
      { ...scope, policies: [{ name: 'other', localOnly: false }] },
    ].map((each) => cacheUse(settings, true, each)?.scope);
    expect(new Set(scopes).size).toBe(5);
    expect(cacheUse(settings, true, { ...scope, policies: [{ localOnly: false, name: 'default' }] })?.scope).toBe(
      scopes[0],
    );
  });
});

describe('what is asked', () => {
  const body = { model: 'auto', messages: [{ role: 'user' as const, content: 'Hi' }], temperature: 0 };

  it('does not depend on how the answer travels, whose it is, or the order of fields', () => {
    const { model, messages, temperature } = body;
    const other = {
      user: 'u',
      stream: true,
      temperature,
      messages,
      model: 'alias',
      stream_options: { include_usage: true },
    };
    expect(exactQuestion(other)).toBe(exactQuestion({ model, messages, temperature }));
  });

  it.each([
    ['temperature', { temperature: 1 }],
    ['seed', { seed: 1 }],
    ['n', { n: 2 }],
    ['tools', { tools: [{}] }],
    ['response_format', { response_format: { type: 'json_object' } }],
    ['an unknown field', { reasoning: 'high' }],
    ['an earlier message', { messages: [{ role: 'system' as const, content: 'x' }, ...body.messages] }],
  ])('depends on %s', (_field, change) => {
    expect(exactQuestion({ ...body, ...change })).not.toBe(exactQuestion(body));
    const [plain, changed] = [openQuestion(body), openQuestion({ ...body, ...change })];
    expect(changed?.context).not.toBe(plain?.context);
  });

  it('is compared by its words only where the last message is a user’s text', () => {
    expect(openQuestion(body)?.text).toBe('Hi');
    const image = { type: 'image_url', image_url: { url: 'data:,' } };
    expect(
      openQuestion({ ...body, messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi' }, image] }] }),
    ).toBeUndefined();
    expect(
      openQuestion({ ...body, messages: [...body.messages, { role: 'assistant', content: 'Hi' }] }),
    ).toBeUndefined();
  });
});
