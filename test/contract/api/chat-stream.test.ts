import { once } from 'node:events';
import { connect } from 'node:net';
import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { chunk, helloEvents } from './fake-gateway.ts';
import { runApp, until, type RunningApp } from './running-app.ts';

const chat = { model: 'auto', stream: true, messages: [{ role: 'user', content: 'Hi' }] };
const id = 'req_00000000000000000000000000000001';
const resume = `/v1/requests/${id}/events`;
let app: RunningApp;
beforeEach(async () => {
  app = await runApp({ keepAliveMs: 20 });
});
afterEach(() => app.close());

function eventsOf(text: string): EventSourceMessage[] {
  const events: EventSourceMessage[] = [];
  createParser({ onEvent: (event) => events.push(event) }).feed(text);
  return events;
}

describe('POST /v1/chat/completions with stream', () => {
  it('writes each chunk under its number and ends with [DONE]', async () => {
    const answer = await app.post('/v1/chat/completions', chat);
    expect(answer.status).toBe(200);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache',
      'x-accel-buffering': 'no',
      'x-request-id': id,
      'x-gateway-deployment': 'light',
      'x-gateway-attempts': '1',
    });
    expect(await answer.text()).toBe(
      `id: 2\ndata: ${chunk('Hello')}\n\nid: 3\ndata: ${chunk(' there', 'stop')}\n\ndata: [DONE]\n\n`,
    );
  });

  it('keeps a chunk with line breaks between its tokens one event', async () => {
    const json = '{\n"id": 1,\r\n"choices": []\n}';
    app.gateway.script = { kind: 'complete', events: [{ kind: 'chunk', json }] };
    const [first] = eventsOf(await (await app.post('/v1/chat/completions', chat)).text());
    expect(JSON.parse(first?.data ?? '')).toEqual({ id: 1, choices: [] });
  });

  it('names the attempt whose text comes, not the failed one before it', async () => {
    app.gateway.script = {
      kind: 'complete',
      events: [
        { kind: 'attempt', deployment: 'large', attempt: 1 },
        { kind: 'attempt', deployment: 'größer', attempt: 2 },
        { kind: 'chunk', json: chunk('Hello', 'stop') },
      ],
    };
    const answer = await app.post('/v1/chat/completions', chat);
    expect(answer.headers.get('x-gateway-attempts')).toBe('2');
    expect(decodeURIComponent(answer.headers.get('x-gateway-deployment') ?? '')).toBe('größer');
  });

  it('answers a failure before the first text with its own status', async () => {
    app.gateway.script = {
      kind: 'fail',
      events: [{ kind: 'attempt', deployment: 'light', attempt: 1 }],
      error: { type: 'provider_unavailable', message: 'No deployment answered.' },
    };
    const answer = await app.post('/v1/chat/completions', chat);
    expect(answer.status).toBe(502);
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
    expect(await answer.json()).toMatchObject({ error: { code: 'provider_unavailable' } });
  });

  it('ends a broken answer with an error event that says where to resume, and without [DONE]', async () => {
    app.gateway.script = {
      kind: 'fail',
      events: helloEvents.slice(0, 2),
      error: { type: 'provider_interrupted', message: 'The stream broke.' },
    };
    const events = eventsOf(await (await app.post('/v1/chat/completions', chat)).text());
    expect(events).toHaveLength(2);
    expect(events[1]?.event).toBe('error');
    const { error, gateway } = JSON.parse(events[1]?.data ?? '');
    expect(error).toMatchObject({ type: 'provider_error', code: 'provider_interrupted', param: null });
    expect(error.message).toContain(resume);
    expect(gateway).toEqual({ event: 'failed', resume, last_event_id: '2' });
  });

  it('tells of a restart in the middle and goes on with the new text', async () => {
    app.gateway.script = {
      kind: 'complete',
      events: [...helloEvents.slice(0, 2), { kind: 'restart', reason: 'prefill is not supported' }, ...helloEvents],
    };
    const events = eventsOf(await (await app.post('/v1/chat/completions', chat)).text());
    expect(events.map(({ event, id: eventId }) => [event, eventId])).toEqual([
      [undefined, '2'],
      ['gateway.restart', '3'],
      [undefined, '5'],
      [undefined, '6'],
      [undefined, undefined],
    ]);
    expect(JSON.parse(events[1]?.data ?? '')).toEqual({
      error: {
        message: expect.stringContaining(`begin your text again; resume at GET ${resume}`),
        type: 'stream_restarted',
        code: 'stream_restarted',
        param: null,
      },
      gateway: { event: 'restart', resume, last_event_id: '3' },
    });
    expect(events.at(-1)?.data).toBe('[DONE]');
  });

  it('gives a client that joins by Idempotency-Key the stream from its beginning', async () => {
    const texts = [];
    for (let call = 0; call < 2; call += 1) {
      texts.push(await (await app.post('/v1/chat/completions', chat, { 'idempotency-key': 'same' })).text());
    }
    expect(texts[1]).toBe(texts[0]);
    expect(texts[0]).toContain('[DONE]');
  });

  it('holds the headers back until there is text, then keeps the line open with comments', async () => {
    app.gateway.script = { kind: 'hang', events: helloEvents.slice(0, 1) };
    const answering = app.post('/v1/chat/completions', chat);
    await until(() => app.gateway.pulled === 1);
    const early = await Promise.race([answering, new Promise((resolve) => setImmediate(resolve, 'no answer yet'))]);
    expect(early).toBe('no answer yet');
    app.gateway.play(id, { kind: 'hang', events: helloEvents.slice(1, 2) });
    const reader = (await answering).body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    while (!text.includes(': keep-alive\n\n: keep-alive\n\n')) text += (await reader?.read())?.value ?? '';
    app.gateway.play(id, { kind: 'complete', events: helloEvents.slice(2) });
    for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) text += part.value;
    expect(eventsOf(text).map(({ data }) => data)).toEqual([chunk('Hello'), chunk(' there', 'stop'), '[DONE]']);
  });

  it('never calls an answer whole whose events are no longer there', async () => {
    app.gateway.script = { kind: 'complete' };
    const answer = await app.post('/v1/chat/completions', chat);
    expect(answer.status).toBe(500);
    expect(await answer.json()).toMatchObject({ error: { code: 'internal_error' } });
  });

  it('pulls no more events than a slow reader takes, and loses none', async () => {
    const total = 2000;
    const event = { kind: 'chunk' as const, json: chunk('x'.repeat(50_000)) };
    app.gateway.script = { kind: 'complete', events: Array.from({ length: total }, () => event) };
    const body = JSON.stringify(chat);
    const socket = connect(app.port, '127.0.0.1').pause();
    socket.write(
      `POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer key-a\r\nconnection: close\r\n` +
        `content-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    );
    let unchanged = 0;
    let seen = 0;
    await until(() => {
      unchanged = app.gateway.pulled > 0 && app.gateway.pulled === seen ? unchanged + 1 : 0;
      seen = app.gateway.pulled;
      return unchanged > 5000;
    }, 10_000);
    expect(seen).toBeLessThan(total / 2);
    let sizeBytes = 0;
    socket.on('data', (part) => (sizeBytes += part.length));
    socket.resume();
    await once(socket, 'end');
    expect(app.gateway.pulled).toBe(total);
    expect(sizeBytes).toBeGreaterThan(total * 50_000);
  });
});
