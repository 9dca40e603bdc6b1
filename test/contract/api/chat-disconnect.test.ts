import { helloEvents } from './fake-gateway.ts';
import { runApp, until, type RunningApp } from './running-app.ts';

const chat = { model: 'auto', messages: [{ role: 'user', content: 'Hi' }] };
const id = 'req_00000000000000000000000000000001';
let app: RunningApp;
beforeEach(async () => {
  app = await runApp();
});
afterEach(() => app.close());

function send(body: unknown, headers: Record<string, string> = {}): { answer: Promise<Response>; leave: () => void } {
  const controller = new AbortController();
  const answer = fetch(`${app.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: 'Bearer key-a', 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
    signal: controller.signal,
  });
  return { answer, leave: () => controller.abort() };
}

async function disconnected(): Promise<number> {
  const metric = await app.registry.getSingleMetric('gateway_requests_total')?.get();
  return metric?.values.find(({ labels }) => labels['outcome'] === 'disconnected')?.value ?? 0;
}

/** Waits until the edge has noticed that a client left. */
async function noticed(): Promise<void> {
  const deadline = performance.now() + 2000;
  while ((await disconnected()) === 0) {
    if (performance.now() > deadline) throw new Error('the edge has not noticed that the client left');
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe('a client that leaves', () => {
  it('without an Idempotency-Key cancels its stream within a second', async () => {
    app.gateway.script = { kind: 'hang', events: helloEvents.slice(0, 2) };
    const { answer, leave } = send({ ...chat, stream: true });
    await (await answer).body?.getReader().read();
    const leftAtMs = performance.now();
    leave();
    await until(() => app.gateway.cancelled.length > 0);
    expect(app.gateway.cancelled).toEqual([{ tenant: 'tenant-a', id, atMs: expect.any(Number) }]);
    expect(app.gateway.cancelled[0]?.atMs).toBeLessThan(leftAtMs + 1000);
  });

  it('without an Idempotency-Key cancels the request it waits for', async () => {
    app.gateway.script = { kind: 'hang' };
    const { answer, leave } = send(chat);
    await until(() => app.gateway.followed.length > 0);
    leave();
    await expect(answer).rejects.toThrow('aborted');
    await until(() => app.gateway.cancelled.length > 0);
    await noticed();
    expect(app.gateway.cancelled).toHaveLength(1);
  });

  it('while its request is being accepted cancels it as soon as it is', async () => {
    const accept = Promise.withResolvers<void>();
    const { submit } = app.gateway;
    let asked = false;
    app.gateway.script = { kind: 'hang' };
    app.gateway.submit = async (principal, request) => {
      asked = true;
      await accept.promise;
      return submit(principal, request);
    };
    const { answer, leave } = send({ ...chat, stream: true });
    await until(() => asked);
    leave();
    await expect(answer).rejects.toThrow('aborted');
    accept.resolve();
    await until(() => app.gateway.cancelled.length > 0);
  });

  it('with an Idempotency-Key lets the request go on', async () => {
    app.gateway.script = { kind: 'hang', events: helloEvents.slice(0, 2) };
    const { answer, leave } = send({ ...chat, stream: true }, { 'idempotency-key': 'k' });
    await (await answer).body?.getReader().read();
    leave();
    await noticed();
    expect(app.gateway.cancelled).toEqual([]);
  });

  it('after a restart lets the request go on, because it was told to resume elsewhere', async () => {
    app.gateway.script = {
      kind: 'hang',
      events: [...helloEvents.slice(0, 2), { kind: 'restart', reason: 'no prefill' }],
    };
    const { answer, leave } = send({ ...chat, stream: true });
    const reader = (await answer).body?.pipeThrough(new TextDecoderStream()).getReader();
    for (let text = ''; !text.includes('gateway.restart');) text += (await reader?.read())?.value ?? '';
    leave();
    await noticed();
    expect(app.gateway.cancelled).toEqual([]);
  });

  it('after the whole answer cancels nothing', async () => {
    app.gateway.script = { kind: 'complete', events: helloEvents };
    await (await send({ ...chat, stream: true }).answer).text();
    await (await send(chat).answer).text();
    await app.close();
    expect(app.gateway.cancelled).toEqual([]);
    app = await runApp();
  });

  it('and whose request cannot be cancelled leaves a line in the log', async () => {
    app.gateway.script = { kind: 'hang' };
    app.gateway.cancel = () => Promise.reject(new Error('Temporal is away'));
    const { answer, leave } = send(chat);
    await until(() => app.gateway.followed.length > 0);
    leave();
    await expect(answer).rejects.toThrow('aborted');
    await until(() => app.logged.some((line) => line.includes('request failed')));
  });
});
