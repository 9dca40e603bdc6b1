import { fixtureConfig, type GatewayFixture, hello, startFixture } from '../support/gateway-fixture.ts';
import { eventually } from '../support/poll.ts';

interface SealedPayloads {
  payloads: object[];
}
interface History {
  history: { events: { workflowExecutionStartedEventAttributes?: { input: SealedPayloads } }[] };
}

/** What a browser does that shows the page of a request; the real UI behind it. */
describe('the Temporal UI behind the gateway', () => {
  let fixture: GatewayFixture;
  let cookie: string;
  beforeAll(async () => {
    const uiUrl = process.env.TEST_TEMPORAL_UI_URL ?? 'http://127.0.0.1:8233';
    fixture = await startFixture({ TEMPORAL_UI_URL: uiUrl }, fixtureConfig);
    const { url, key } = fixture.gateway;
    const signedIn = await fetch(`${url}/ui/sign-in`, {
      method: 'POST',
      body: new URLSearchParams({ key }),
      headers: { origin: url },
      redirect: 'manual',
    });
    cookie = signedIn.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  }, 60_000);
  afterAll(() => fixture.close());

  const browse = (path: string, init: Pick<RequestInit, 'method' | 'body'> = {}, signedIn = true) =>
    fetch(`${fixture.gateway.url}${path}`, {
      ...init,
      headers: {
        'content-type': 'application/json',
        origin: fixture.gateway.url,
        ...(signedIn && { cookie }),
      },
    });

  it('is told to live under this address, and to find the codec there', async () => {
    expect(await (await browse('/temporal/')).text()).toContain('base: "/temporal"');
    const settings = (await (await browse('/temporal/api/v1/settings')).json()) as { Codec: { Endpoint: string } };
    expect(settings.Codec.Endpoint).toBe('/codec');
  });

  it('shows ciphertext, which the codec opens for who has signed in, and for nobody else', async () => {
    const messages = [{ role: 'user', content: 'PLANTED 王小明' }];
    const asked = await fixture.gateway.chat({ ...hello, messages, user: 'alice' });
    await asked.text();
    const id = asked.headers.get('x-request-id');
    // The answer leaves before its workflow has closed: input, results of both steps and result are four payloads.
    const { history, keyIds } = await eventually('the whole history', async () => {
      const answer = await browse(`/temporal/api/v1/namespaces/${fixture.namespace}/workflows/${id}/history`);
      const seen = ((await answer.json()) as History).history;
      const ids = [...JSON.stringify(seen).matchAll(/"encryption-key-id":"([^"]+)"/g)].map(([, each = '']) => each);
      return ids.length >= 4 && { history: seen, keyIds: ids };
    });
    const input = history.events[0]?.workflowExecutionStartedEventAttributes?.input;
    expect(input?.payloads).toHaveLength(1);
    const body = JSON.stringify(input);
    const opened = (await (await browse('/codec/decode', { method: 'POST', body })).json()) as {
      payloads: { data: string }[];
    };
    expect(Buffer.from(opened.payloads[0]?.data ?? '', 'base64').toString()).toContain('PLANTED 王小明');
    expect((await browse('/codec/decode', { method: 'POST', body }, false)).status).toBe(401);
    expect(JSON.stringify(history)).not.toContain('PLANTED');
    // All under the key of the end user.
    expect(new Set(keyIds).size).toBe(1);
    expect(Buffer.from(keyIds[0] ?? '', 'base64').toString()).toMatch(/^d:/);
  });
});
