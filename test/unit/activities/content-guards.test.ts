import { createContentGuards } from '../../../activities/content-guards.ts';
import { resolveConfig } from '../../../platform/config/config-file.ts';

const configWith = (redact: string[]) =>
  resolveConfig(
    {
      providers: { near: { kind: 'openai-compatible', baseUrl: 'http://127.0.0.1:1/v1' } },
      deployments: { light: { provider: 'near', model: 'a' } },
      policies: { careful: { redact }, open: {} },
    },
    {},
    'gateway.yaml',
  );
const body = { messages: [{ role: 'user', content: '电话13890825181，邮箱ann@example.org' }] };
const found = (guard: ReturnType<ReturnType<typeof createContentGuards>>): string[] =>
  Object.keys(guard.request(body, new Uint8Array(32)).found.entities);

describe('guards of the configuration in force', () => {
  it('are prepared once for the policies they stand for', () => {
    const guards = createContentGuards(() => config);
    const config = configWith(['phone']);
    expect(guards(['careful'])).toBe(guards(['careful']));
    expect(found(guards(['careful']))).toEqual(['phone']);
    expect(found(guards(['open']))).toEqual([]);
    expect(found(guards(['open', 'careful']))).toEqual(['phone']);
  });

  it('follow a configuration that was read again', () => {
    let config = configWith(['phone']);
    const guards = createContentGuards(() => config);
    expect(found(guards(['careful']))).toEqual(['phone']);
    config = configWith(['email']);
    expect(found(guards(['careful']))).toEqual(['email']);
  });
});
