import { completion, helloEvents } from './fake-gateway.ts';
import { runApp, type RunningApp } from './running-app.ts';

const chat = { model: 'auto', messages: [{ role: 'user', content: 'Hi' }] };
const id = 'req_00000000000000000000000000000001';
const otherTenant = { authorization: 'Bearer key-b' };
let app: RunningApp;
beforeEach(async () => {
  app = await runApp();
});
afterEach(() => app.close());

/** The ids of a text of server-sent events. */
function idsOf(text: string): string[] {
  return [...text.matchAll(/^id: (.*)$/gm)].map(([, number]) => number ?? '');
}

interface Page {
  data: { id: string }[];
  last_id: string;
  has_more: boolean;
}

async function listPage(query: string): Promise<Page> {
  return JSON.parse(await (await app.get(`/v1/requests?${query}`)).text());
}

async function json(answer: Response): Promise<{ status: number; body: unknown }> {
  return { status: answer.status, body: await answer.json() };
}

describe('GET /v1/requests/{id}', () => {
  it('shows state, attempts, cost and answer of a completed request', async () => {
    await app.post('/v1/chat/completions', chat);
    expect(await json(await app.get(`/v1/requests/${id}`))).toEqual({
      status: 200,
      body: {
        id,
        object: 'gateway.request',
        status: 'completed',
        modality: 'chat',
        created_at: 1_767_225_600,
        finished_at: 1_767_225_602,
        alias: 'auto',
        deployment: 'light',
        stream: false,
        route: null,
        redaction: null,
        attempts: [{ deployment: 'light', outcome: 'succeeded', error_type: null, latency_ms: 12, cost_usd: 0.000012 }],
        cost_usd: 0.000012,
        usage: completion.usage,
        result: completion,
        error: null,
        artifacts: [],
      },
    });
  });

  it('shows the error of a failed request in the words of the envelope', async () => {
    app.gateway.script = { kind: 'fail', error: { type: 'deadline_exceeded', message: 'It took too long.' } };
    await app.post('/v1/chat/completions', chat);
    expect(await json(await app.get(`/v1/requests/${id}`))).toMatchObject({
      body: {
        status: 'failed',
        result: null,
        error: { message: 'It took too long.', type: 'server_error', code: 'deadline_exceeded', param: null },
      },
    });
  });

  it('answers the same for another tenant, an unknown id and no id at all', async () => {
    app.gateway.script = { kind: 'hang' };
    app.gateway.add('tenant-a', id, false);
    const unknown = `req_${'f'.repeat(32)}`;
    const bad = [
      'x',
      'req_',
      `req_${'a'.repeat(200)}`,
      'req_a%2F..%2Fb',
      'req_%00',
      '..%2F..%2Fetc',
      "req_'%20OR%201=1",
    ];
    const expected = { status: 404, body: { error: expect.objectContaining({ code: 'not_found', param: 'id' }) } };
    for (const path of ['', '/events', '/cancel', '/retry']) {
      const ask =
        path === '' || path === '/events'
          ? (to: string, h = {}) => app.get(to, h)
          : (to: string, h = {}) => app.post(to, '', h);
      const answers = [await json(await ask(`/v1/requests/${id}${path}`, otherTenant))];
      for (const other of [unknown, ...bad]) answers.push(await json(await ask(`/v1/requests/${other}${path}`)));
      expect(answers).toEqual(answers.map(() => expected));
    }
    expect(app.gateway.cancelled).toEqual([]);
  });
});

describe('GET /v1/requests', () => {
  it('pages through own requests, newest first, and loses none of one millisecond', async () => {
    const seconds = [1, 2, 2, 3, 4, 4, 4, 5];
    for (const [index, second] of seconds.entries()) {
      app.gateway.add('tenant-a', `req_${index}`, false, new Date(Date.UTC(2026, 0, 1, 0, 0, second)));
    }
    app.gateway.add('tenant-b', 'req_b', false);
    const seen: string[] = [];
    let after = '';
    for (let pages = 0; pages < 10; pages += 1) {
      const page = await listPage(`limit=2${after}`);
      seen.push(...page.data.map((request) => request.id));
      if (!page.has_more) break;
      after = `&after=${page.last_id}`;
    }
    expect(seen.toSorted()).toEqual(seconds.map((_second, index) => `req_${index}`));
    expect(seen.at(0)).toBe('req_7');
    expect(seen.at(-1)).toBe('req_0');
  });

  it('lists only those of the status asked for', async () => {
    await app.post('/v1/chat/completions', chat);
    app.gateway.add('tenant-a', 'req_running', false);
    const page = await listPage('status=in_progress');
    expect(page.data.map((request) => request.id)).toEqual(['req_running']);
  });

  it('refuses a query it does not understand, by name', async () => {
    for (const [query, param] of [
      ['limit=0', 'limit'],
      ['limit=101', 'limit'],
      ['limit=x', 'limit'],
      ['limit=1&limit=2', 'limit'],
      ['after=nonsense', 'after'],
      ['status=done', 'status'],
      ['order=asc', 'order'],
    ]) {
      expect([query, await json(await app.get(`/v1/requests?${query}`))]).toMatchObject([
        query,
        { status: 400, body: { error: { param } } },
      ]);
    }
  });
});

describe('steering a request', () => {
  it('cancels a running one', async () => {
    app.gateway.add('tenant-a', id, false);
    expect(await json(await app.post(`/v1/requests/${id}/cancel`, ''))).toMatchObject({
      status: 200,
      body: { id, status: 'cancelled' },
    });
  });

  it('says that one which has ended cannot be cancelled', async () => {
    await app.post('/v1/chat/completions', chat);
    expect(await json(await app.post(`/v1/requests/${id}/cancel`, ''))).toMatchObject({
      status: 409,
      body: { error: { code: 'conflict' } },
    });
  });

  it('runs one that failed once more', async () => {
    app.gateway.script = { kind: 'fail', error: { type: 'provider_timeout', message: 'Too slow.' } };
    await app.post('/v1/chat/completions', chat);
    const answer = await app.post(`/v1/requests/${id}/retry`, '');
    expect(answer.headers.get('location')).toBe(`/v1/requests/${id}`);
    expect(await json(answer)).toMatchObject({ status: 202, body: { id, status: 'queued', error: null } });
  });
});

describe('GET /v1/requests/{id}/events', () => {
  beforeEach(async () => {
    app.gateway.script = {
      kind: 'complete',
      events: [...helloEvents.slice(0, 2), { kind: 'restart', reason: 'no prefill' }, ...helloEvents],
    };
    await (await app.post('/v1/chat/completions', { ...chat, stream: true })).text();
  });

  it('tells the whole story, each event with an id, and ends with the request and [DONE]', async () => {
    const answer = await app.get(`/v1/requests/${id}/events`);
    const text = await answer.text();
    expect(answer.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(answer.headers.get('x-request-id')).toBe(id);
    expect(idsOf(text)).toEqual(['2', '3', '5', '6', '6', '6']);
    expect(text).toContain('event: gateway.restart\nid: 3\n');
    expect(text.endsWith('id: 6\ndata: [DONE]\n\n')).toBe(true);
    const finished = /event: gateway.finished\nid: 6\ndata: (.*)\n/.exec(text)?.[1] ?? '';
    expect(JSON.parse(finished)).toMatchObject({ id, status: 'completed', result: completion });
  });

  it('resumes after the event a client names, by header or by query, with nothing lost or doubled', async () => {
    for (let last = 0; last <= 6; last += 1) {
      const rest = ['2', '3', '5', '6'].filter((seq) => Number(seq) > last);
      const closing = String(Math.max(last, 6));
      const byHeader = await app.get(`/v1/requests/${id}/events`, { 'last-event-id': String(last) });
      const byQuery = await app.get(`/v1/requests/${id}/events?last_event_id=${last}`);
      expect([last, idsOf(await byHeader.text())]).toEqual([last, [...rest, closing, closing]]);
      expect([last, idsOf(await byQuery.text())]).toEqual([last, [...rest, closing, closing]]);
    }
  });

  it('refuses a Last-Event-ID that is none', async () => {
    for (const wrong of ['-1', '1.5', 'x', '9'.repeat(30)]) {
      const answer = await app.get(`/v1/requests/${id}/events`, { 'last-event-id': wrong });
      expect(await json(answer)).toMatchObject({ status: 400, body: { error: { param: 'last_event_id' } } });
    }
  });

  it('cancels nothing when its reader leaves', async () => {
    app.gateway.add('tenant-a', 'req_running', true);
    const controller = new AbortController();
    const answer = await fetch(`${app.url}/v1/requests/req_running/events`, {
      headers: { authorization: 'Bearer key-a' },
      signal: controller.signal,
    });
    await answer.body?.getReader().read();
    controller.abort();
    await app.close();
    expect(app.gateway.cancelled).toEqual([]);
    app = await runApp();
  });
});
