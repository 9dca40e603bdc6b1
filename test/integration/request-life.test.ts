import { type GatewayFixture, hello, startFixture } from '../support/gateway-fixture.ts';
import { eventually } from '../support/poll.ts';
import { newSeen, readEvents, readWhole, see } from '../support/read-stream.ts';

let fixture: GatewayFixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture.close());
beforeEach(() => fixture.upstream.script([{ kind: 'answer' }]));

const record = (id: string | null) => fixture.gateway.record(id);
const settled = (id: string | null, timeoutMs?: number) =>
  eventually(
    `the end of ${id}`,
    async () => {
      const seen = await record(id);
      return ['completed', 'failed', 'cancelled'].includes(seen.status) ? seen : undefined;
    },
    timeoutMs,
  );

describe('an Idempotency-Key', () => {
  it('makes 50 equal requests at once into one call and 50 equal answers', async () => {
    const { gateway, upstream } = fixture;
    upstream.script([{ kind: 'answer', delayMs: 200 }]);
    const before = upstream.calls.length;
    const responses = await Promise.all(
      Array.from({ length: 50 }, () => gateway.chat(hello, { 'idempotency-key': 'fifty' })),
    );
    const answers = await Promise.all(responses.map((response) => response.text()));
    expect(new Set(responses.map(({ status }) => status))).toEqual(new Set([200]));
    expect(new Set(answers).size).toBe(1);
    expect(new Set(responses.map(({ headers }) => headers.get('x-request-id'))).size).toBe(1);
    expect(upstream.calls.length - before).toBe(1);
  });

  it('is refused with another body', async () => {
    await (await fixture.gateway.chat(hello, { 'idempotency-key': 'once' })).json();
    const other = await fixture.gateway.chat({ ...hello, temperature: 0 }, { 'idempotency-key': 'once' });
    expect(other.status).toBe(422);
    expect(await other.json()).toMatchObject({ error: { code: 'idempotency_key_reused' } });
  });

  it('gives the stored answer when the fields come in another order', async () => {
    const first = await (await fixture.gateway.chat(hello, { 'idempotency-key': 'order' })).text();
    const { model, messages } = hello;
    const second = await fixture.gateway.chat({ messages, model }, { 'idempotency-key': 'order' });
    expect(await second.text()).toBe(first);
  });

  it('is free again after a request that was refused', async () => {
    const { gateway } = fixture;
    const refused = await gateway.chat({ ...hello, gateway: { policy: 'none' } }, { 'idempotency-key': 'refused' });
    expect(refused.status).toBe(400);
    const accepted = await gateway.chat(hello, { 'idempotency-key': 'refused' });
    expect(accepted.status).toBe(200);
  });

  it('lets the request go on when its client leaves', async () => {
    const { gateway, upstream } = fixture;
    upstream.script([{ kind: 'answer', delayMs: 1_000 }]);
    const before = upstream.calls.length;
    const leaving = new AbortController();
    const left = gateway.chat(hello, { 'idempotency-key': 'leaver' }, leaving.signal).catch(() => 'left');
    await upstream.until(() => upstream.calls.length > before);
    leaving.abort();
    expect(await left).toBe('left');
    const again = await gateway.chat(hello, { 'idempotency-key': 'leaver' });
    expect(again.status).toBe(200);
    expect(upstream.calls.length - before).toBe(1);
  });
});

describe('a client that leaves', () => {
  it.each([false, true])('stops the upstream within a second (stream: %s)', async (stream) => {
    const { gateway, upstream } = fixture;
    upstream.script([stream ? { kind: 'answer', tokens: 1_000, paceMs: 20 } : { kind: 'answer', delayMs: 30_000 }]);
    const before = upstream.calls.length;
    const leaving = new AbortController();
    const left = gateway
      .chat({ ...hello, stream }, {}, leaving.signal)
      .then((response) => response.text())
      .catch(() => 'left');
    await upstream.until(
      () => upstream.calls.length > before && (!stream || (upstream.calls.at(-1)?.tokensSent ?? 0) > 3),
    );
    const leftAt = Date.now();
    leaving.abort();
    await left;
    await upstream.until(() => upstream.calls.at(-1)?.abortedAt !== undefined, 5_000);
    expect((upstream.calls.at(-1)?.abortedAt ?? Infinity) - leftAt).toBeLessThan(1_000);
    const page = (await (await gateway.fetch('/v1/requests?limit=1')).json()) as { data: { id: string }[] };
    const end = await settled(page.data[0]?.id ?? null);
    expect(end).toMatchObject({ status: 'cancelled', attempts: [{ outcome: 'cancelled' }] });
    expect(end.cost_usd > 0).toBe(stream);
  });
});

describe('an asynchronous request', () => {
  it('is acknowledged with its address and answered there', async () => {
    const response = await fixture.gateway.chat(hello, { prefer: 'respond-async' });
    expect(response.status).toBe(202);
    const id = response.headers.get('x-request-id');
    expect(response.headers.get('location')).toBe(`/v1/requests/${id}`);
    expect(await settled(id)).toMatchObject({ status: 'completed', result: { object: 'chat.completion' } });
  });

  it('can be cancelled, also when the call takes longer than a local activity', async () => {
    const { gateway, upstream } = fixture;
    upstream.script([{ kind: 'answer', delayMs: 60_000 }]);
    const before = upstream.calls.length;
    const id = (await gateway.chat(hello, { prefer: 'respond-async' })).headers.get('x-request-id');
    await upstream.until(() => upstream.calls.length > before);
    await new Promise((resolve) => setTimeout(resolve, 6_000));
    const cancelled = await gateway.fetch(`/v1/requests/${id}/cancel`, { method: 'POST' });
    expect(cancelled.status).toBe(200);
    expect(await settled(id)).toMatchObject({ status: 'cancelled' });
    await upstream.until(() => upstream.calls.at(-1)?.abortedAt !== undefined, 2_000);
    expect((await gateway.fetch(`/v1/requests/${id}/cancel`, { method: 'POST' })).status).toBe(200);
  });

  it('that failed can be retried under its id', async () => {
    const { gateway, upstream } = fixture;
    upstream.script([{ kind: 'error', error: 'invalid' }]);
    const id = (await gateway.chat(hello, { prefer: 'respond-async' })).headers.get('x-request-id');
    expect(await settled(id)).toMatchObject({ status: 'failed', error: { code: 'provider_rejected' } });
    upstream.script([{ kind: 'answer' }]);
    const retried = await gateway.fetch(`/v1/requests/${id}/retry`, { method: 'POST' });
    expect(retried.status).toBe(202);
    const end = await eventually('the retried answer', async () => {
      const seen = await record(id);
      return seen.status === 'completed' ? seen : undefined;
    });
    expect(end).toMatchObject({ error: null, result: { object: 'chat.completion' } });
    expect((await gateway.fetch(`/v1/requests/${id}/retry`, { method: 'POST' })).status).toBe(409);
  });

  it('of another tenant, or none at all, is not found', async () => {
    expect((await fixture.gateway.fetch('/v1/requests/req_00000000000000000000000000000000')).status).toBe(404);
  });
});

describe('kill -9 of the gateway', () => {
  it('mid-stream: the client reconnects and gets exactly the rest', async () => {
    const { gateway, upstream } = fixture;
    upstream.script([{ kind: 'answer', tokens: 40, paceMs: 50 }]);
    const response = await gateway.chat({ ...hello, stream: true });
    const id = response.headers.get('x-request-id');
    const seen = newSeen();
    try {
      for await (const event of readEvents(response)) {
        see(seen, event);
        if (seen.ids.length === 8) await gateway.kill();
      }
    } catch {
      // The connection breaks with the process.
    }
    expect(seen.done).toBe(false);
    await gateway.restart();
    const resumed = await gateway.fetch(`/v1/requests/${id}/events`, {
      headers: { 'last-event-id': seen.lastId ?? '' },
    });
    await readWhole(resumed, seen);
    expect(seen.text).toBe(Array.from({ length: 40 }, (_, i) => `t${i} `).join(''));
    expect(seen).toMatchObject({ restarts: 0, errors: [], done: true });
    expect(seen.ids).toEqual([...new Set(seen.ids)].toSorted((a, b) => a - b));
    expect(await settled(id)).toMatchObject({
      status: 'completed',
      attempts: [{ outcome: 'lost' }, { outcome: 'succeeded' }],
    });
  });

  it('during a request without a stream: it ends all the same', async () => {
    const { gateway, upstream } = fixture;
    upstream.script([{ kind: 'answer', delayMs: 1_500 }]);
    const before = upstream.calls.length;
    const id = (await gateway.chat(hello, { prefer: 'respond-async' })).headers.get('x-request-id');
    await upstream.until(() => upstream.calls.length > before);
    await gateway.restart();
    expect(await settled(id)).toMatchObject({ status: 'completed' });
    expect(upstream.calls.length - before).toBeLessThanOrEqual(2);
  });
});

describe('SIGTERM', () => {
  it('turns readyz to 503, finishes what is in flight, and exits cleanly', async () => {
    const { gateway, upstream } = fixture;
    upstream.script([{ kind: 'answer', delayMs: 1_500 }]);
    const before = upstream.calls.length;
    const inFlight = gateway.chat(hello);
    await upstream.until(() => upstream.calls.length > before);
    const exited = gateway.terminate();
    await eventually('readyz 503', async () => (await fetch(`${gateway.url}/readyz`)).status === 503);
    expect((await gateway.chat(hello)).status).toBe(503);
    expect((await inFlight).status).toBe(200);
    expect(await exited).toEqual({ exitCode: 0 });
    await gateway.restart();
  });

  it('hands a request over that takes longer than the stop: the next process ends it', async () => {
    const { gateway, upstream } = fixture;
    upstream.script([{ kind: 'answer', delayMs: 60_000 }, { kind: 'answer' }]);
    const before = upstream.calls.length;
    const cutOff = gateway.chat(hello).catch(() => undefined);
    await upstream.until(() => upstream.calls.length > before);
    const page = (await (await gateway.fetch('/v1/requests?limit=1')).json()) as { data: { id: string }[] };
    expect(await gateway.terminate()).toEqual({ exitCode: 0 });
    await cutOff;
    await gateway.restart();
    expect(await settled(page.data[0]?.id ?? null, 40_000)).toMatchObject({ status: 'completed' });
  });
});
