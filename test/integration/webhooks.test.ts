import { Webhook } from 'standardwebhooks';
import { type ReceivedWebhook, startWebhookReceiver, type WebhookReceiver } from '../doubles/webhook-receiver.ts';
import { fixtureConfig, type GatewayFixture, hello, startFixture } from '../support/gateway-fixture.ts';
import { eventually } from '../support/poll.ts';

let fixture: GatewayFixture;
let receiver: WebhookReceiver;
beforeAll(async () => {
  receiver = await startWebhookReceiver();
  fixture = await startFixture({}, (upstreamUrl) => ({
    ...fixtureConfig(upstreamUrl),
    edge: { webhooks: { allowPrivate: true } },
  }));
});
afterAll(async () => {
  await fixture.close();
  await receiver.close();
});
beforeEach(() => {
  fixture.upstream.script([{ kind: 'answer' }]);
  receiver.received.splice(0);
  receiver.answers.splice(0);
});

interface Secret {
  secret: string;
  previous: { secret: string }[];
}
interface Deliveries {
  url: string;
  deliveries: { webhook_id: string; outcome: string; status: number | null; error_type: string | null }[];
}

async function json<T>(path: string, body?: object): Promise<T> {
  const answer = await fixture.gateway.fetch(path, body && { json: body });
  return (await answer.json()) as T;
}
const secret = () => json<Secret>('/admin/webhooks/secret');
const asking = (more: object = {}) => ({ ...hello, ...more, gateway: { webhookUrl: receiver.url } });
const deliveriesOf = async (id: string | null) => (await json<Deliveries>(`/v1/requests/${id}/webhook`)).deliveries;

/** The event, proved to be the gateway's. */
async function verified({ body, headers }: ReceivedWebhook, by?: string) {
  const names = ['webhook-id', 'webhook-timestamp', 'webhook-signature'] as const;
  const signed = Object.fromEntries(names.map((name) => [name, String(headers[name])]));
  return new Webhook(by ?? (await secret()).secret).verify(body, signed) as { type: string; data: { id: string } };
}

const arrived = (count: number, timeoutMs?: number) =>
  eventually(
    `${count} webhooks`,
    () => receiver.received.length >= count && receiver.received.slice(0, count),
    timeoutMs,
  );
/** A try whose process dies before Temporal knows its end is made again after 30 s. */
const lostTryMs = 45_000;

describe('a webhook', () => {
  it('tells the end of a request, signed, without its answer', async () => {
    const answer = await fixture.gateway.chat(asking());
    expect(answer.status).toBe(200);
    const id = answer.headers.get('x-request-id');
    const [told] = await arrived(1);
    if (!told) throw new Error('nothing was told');
    expect(await verified(told)).toMatchObject({
      type: 'request.completed',
      data: { id, object: 'gateway.request', status: 'completed', alias: 'auto', result_url: `/v1/requests/${id}` },
    });
    expect(told.body).not.toContain('choices');
    await eventually('the record of the delivery', async () => (await deliveriesOf(id)).length === 1);
    expect(await json(`/v1/requests/${id}/webhook`)).toMatchObject({
      url: receiver.url,
      deliveries: [{ webhook_id: told.headers['webhook-id'], outcome: 'delivered', status: 204, error_type: null }],
    });
    expect(fixture.upstream.calls.at(-1)?.rawBody).not.toContain(receiver.url);
  });

  it('tells failures and cancellations', async () => {
    fixture.upstream.script([{ kind: 'error', error: 'invalid' }]);
    const failed = await fixture.gateway.chat(asking());
    expect(failed.status).toBe(400);
    fixture.upstream.script([{ kind: 'hang' }]);
    const accepted = await fixture.gateway.chat(asking(), { prefer: 'respond-async' });
    const id = accepted.headers.get('x-request-id');
    await fixture.upstream.until(() => fixture.upstream.load().current > 0);
    await fixture.gateway.fetch(`/v1/requests/${id}/cancel`, { method: 'POST' });
    const events = await Promise.all((await arrived(2)).map((told) => verified(told)));
    expect(events).toMatchObject([
      { type: 'request.failed', data: { error: { code: 'provider_rejected' } } },
      { type: 'request.cancelled', data: { id } },
    ]);
  });

  it('is tried again under the same id until it is taken, also by the next process', async () => {
    receiver.answers.push(
      { status: 503, headers: { 'retry-after': '1' } },
      { status: 500, headers: { 'retry-after': '1' } },
    );
    const answer = await fixture.gateway.chat(asking());
    const id = answer.headers.get('x-request-id');
    await eventually('the record of the first try', async () => (await deliveriesOf(id)).length === 1);
    await fixture.gateway.restart();
    const told = await arrived(3, lostTryMs);
    expect(new Set(told.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    for (const one of told) await verified(one);
    const deliveries = await eventually('three deliveries', async () => {
      const known = await deliveriesOf(id);
      return known.length === 3 ? known : undefined;
    });
    expect(deliveries.map(({ status }) => status)).toEqual([503, 500, 204]);
  });

  it('is told once more where that is asked for, and given up where the receiver is gone', async () => {
    receiver.answers.push({ status: 410 });
    const answer = await fixture.gateway.chat(asking());
    const id = answer.headers.get('x-request-id');
    await eventually('the refusal', async () => (await deliveriesOf(id))[0]?.outcome === 'refused');
    const replayed = await fixture.gateway.fetch(`/v1/requests/${id}/webhook`, { method: 'POST' });
    expect(replayed.status).toBe(202);
    const told = await arrived(2);
    expect(told[1]?.body).toBe(told[0]?.body);
    expect(told[1]?.headers['webhook-id']).toBe(told[0]?.headers['webhook-id']);
  });

  it('is signed with the secret before it too, until that has expired', async () => {
    const before = (await secret()).secret;
    const rotated = await json<Secret>('/admin/webhooks/secret/rotate', { overlap_seconds: 60 });
    expect(rotated.secret).not.toBe(before);
    expect(rotated.previous.map((one) => one.secret)).toEqual([before]);
    await fixture.gateway.chat(asking());
    const [told] = await arrived(1);
    if (!told) throw new Error('nothing was told');
    for (const by of [before, rotated.secret]) await expect(verified(told, by)).resolves.toBeDefined();
    const last = await json<Secret>('/admin/webhooks/secret/rotate', { overlap_seconds: 0 });
    expect(last.previous).toEqual([]);
  });

  it.each([
    ['http://user@127.0.0.1/', 400],
    ['http://2130706433/', 400],
    ['ftp://127.0.0.1/', 400],
    ['', 400],
  ])('is refused before anything is done where its URL is %j', async (webhookUrl, status) => {
    const calls = fixture.upstream.calls.length;
    const answer = await fixture.gateway.chat({ ...hello, gateway: { webhookUrl } });
    expect(answer.status).toBe(status);
    expect(await answer.json()).toMatchObject({ error: { param: 'gateway.webhookUrl' } });
    expect(fixture.upstream.calls).toHaveLength(calls);
  });

  it('of a request that asked for none is not found', async () => {
    const answer = await fixture.gateway.chat(hello);
    const id = answer.headers.get('x-request-id');
    expect((await fixture.gateway.fetch(`/v1/requests/${id}/webhook`)).status).toBe(404);
    expect((await fixture.gateway.fetch(`/v1/requests/${id}/webhook`, { method: 'POST' })).status).toBe(404);
    expect(receiver.received).toEqual([]);
  });
});
