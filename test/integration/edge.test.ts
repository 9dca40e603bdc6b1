import type { ConfigFile } from '../../platform/config/config-file.ts';
import { png } from '../doubles/fixtures/declared-images.ts';
import {
  fixtureConfig,
  type GatewayFixture,
  hello,
  startFixture,
  temporalAddress,
} from '../support/gateway-fixture.ts';
import { startGatewayProcess } from '../support/gateway-process.ts';
import { hasRedisServer, type RedisServer, startRedis } from '../support/redis.ts';

const asking = (url: string, model = 'light') => ({
  model,
  messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url } }] }],
});

const rpm = 60;
let redis: RedisServer | undefined;
let fixture: GatewayFixture;

function configFor(upstreamUrl: string): ConfigFile {
  return {
    ...fixtureConfig(upstreamUrl),
    policies: { indoors: { localOnly: true } },
    tenants: { default: { limits: { rpm } } },
    edge: { maxImageMegapixels: 1 },
  };
}
const environment = () => (redis ? { REDIS_URL: redis.url } : {});

beforeAll(async () => {
  if (hasRedisServer()) redis = await startRedis();
  fixture = await startFixture(environment(), configFor);
});
afterAll(async () => {
  await fixture?.close();
  await redis?.stop();
});

describe('an image of a request', () => {
  it.each([
    ['http://169.254.169.254/latest/meta-data/', 400],
    ['http://127.0.0.1:6379/', 400],
    ['https://2130706433/', 400],
    ['https://[::ffff:10.0.0.1]/', 400],
    ['https://user@example.com/', 400],
    ['file:///etc/passwd', 400],
    // Its name is known to nobody: it is fetched for a local server, and cannot be.
    ['https://nobody.invalid/cat.png', 400],
    [`data:image/png;base64,${png(1_001, 1_000).toString('base64')}`, 413],
  ])('that is %s is refused by its field, and reaches no model', async (url, status) => {
    const calls = fixture.upstream.calls.length;
    const answer = await fixture.gateway.chat(asking(url));
    expect(answer.status).toBe(status);
    expect(await answer.json()).toMatchObject({ error: { param: 'messages[0].content[0].image_url.url' } });
    expect(fixture.upstream.calls).toHaveLength(calls);
  });

  it('goes as it is to a server that is not local, and is fetched for nobody where the request stays inside', async () => {
    const url = 'https://nobody.invalid/cat.png';
    expect((await fixture.gateway.chat(asking(url, 'large'))).status).toBe(200);
    expect(fixture.upstream.calls.at(-1)?.rawBody).toContain(url);
    const inside = await fixture.gateway.chat({ ...asking(url), gateway: { policy: 'indoors' } });
    expect(inside.status).toBe(403);
  });
});

(hasRedisServer() ? describe : describe.skip)('limits of a tenant', () => {
  it('hold over two processes, neither of which has seen too many', async () => {
    const { upstream, gateway } = fixture;
    const other = await startGatewayProcess({
      temporalAddress: temporalAddress(),
      namespace: 'edge-other',
      config: configFor(upstream.url),
      env: { FAR_KEY: 'far-secret-key', ...environment() },
    });
    try {
      const each = Array.from({ length: 40 });
      const answers = await Promise.all([gateway, other].flatMap((one) => each.map(() => one.chat(hello))));
      const refused = answers.filter(({ status }) => status === 429);
      // A request a second comes back while they are under way.
      expect(refused.length).toBeGreaterThanOrEqual(80 - rpm - 10);
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(80 - refused.length);
      expect(refused[0]?.headers.get('x-ratelimit-limit-requests')).toBe(String(rpm));
      expect(Number(refused[0]?.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(await refused[0]?.json()).toMatchObject({ error: { code: 'rate_limit_exceeded' } });
    } finally {
      await other.kill();
    }
  });
});
