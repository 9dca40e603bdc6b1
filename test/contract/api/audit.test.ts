import type { AuditRecord, RequestAudit } from '../../../domain/audit/record.ts';
import { openCheckpoint } from '../../../domain/audit/checkpoint.ts';
import { formatVerifierKey } from '../../../domain/audit/signed-note.ts';
import { ExportVerifier } from '../../../domain/audit/verify-export.ts';
import { GatewayError } from '../../../domain/errors.ts';
import type { Principal } from '../../../domain/principal.ts';
import { aRequestAudit, logSigner } from '../../support/audit-export.ts';
import { runApp, type RunningApp } from './running-app.ts';

const callers: Record<string, Principal> = {
  root: { id: 'root', tenant: 'default', scopes: ['admin', 'inference'] },
  auditor: { id: 'auditor', tenant: 'tenant-a', scopes: ['audit'] },
  'admin-of-b': { id: 'admin-of-b', tenant: 'tenant-b', scopes: ['admin'] },
  user: { id: 'user', tenant: 'tenant-a', scopes: ['inference'] },
};
const chat = { model: 'auto', messages: [{ role: 'user', content: 'Hi' }] };

let app: RunningApp;
beforeEach(async () => {
  app = await runApp();
  app.gateway.authenticate = async ({ shown }) => {
    const caller = callers[shown];
    if (caller) return caller;
    throw new GatewayError({ type: 'authentication_failed', message: 'This API key is not known.' });
  };
});
afterEach(() => app.close());

const as = (caller: string) => ({ authorization: `Bearer ${caller}` });

async function get(caller: string, path: string) {
  const answer = await app.get(path, as(caller));
  const body = await answer.json();
  return { status: answer.status, body: body as never };
}

async function entries(caller: string, query = ''): Promise<Record<string, unknown>[]> {
  const { body } = await get(caller, `/admin/audit${query}`);
  return (body as { data: Record<string, unknown>[] }).data;
}

async function recorded(...records: Partial<RequestAudit>[]): Promise<void> {
  for (const record of records) await app.gateway.auditStore.append(aRequestAudit(record));
}

async function exported(caller: string): Promise<string[]> {
  const answer = await app.get('/admin/audit/export', as(caller));
  expect(answer.headers.get('content-type')).toBe('application/x-ndjson; charset=utf-8');
  return (await answer.text()).trimEnd().split('\n');
}

function verified(lines: readonly string[]) {
  const verifier = new ExportVerifier(logSigner);
  for (const line of lines) verifier.push(line);
  return verifier.finish();
}

async function actions(): Promise<Partial<AuditRecord>[]> {
  return (await entries('root')).map(({ index: _index, leaf_hash: _hash, id: _id, at: _at, ...record }) => record);
}

const ofA = { tenant: 'tenant-a', principal: 'key_a', request_id: 'req_a' };
const ofB = { tenant: 'tenant-b', principal: 'key_b', request_id: 'req_b', outcome: 'failed' } as const;

describe('GET /admin/audit', () => {
  it('shows records with their places and hashes, newest first', async () => {
    await recorded(ofA, ofB);
    expect(await entries('root')).toEqual([
      { ...aRequestAudit(ofB), index: 1, leaf_hash: expect.stringMatching(/^[0-9a-f]{64}$/) },
      { ...aRequestAudit(ofA), index: 0, leaf_hash: expect.stringMatching(/^[0-9a-f]{64}$/) },
    ]);
  });

  it.each([
    ['?tenant=tenant-b', [1]],
    ['?principal=key_a', [0]],
    ['?outcome=failed', [1]],
    ['?request_id=req_a', [0]],
    ['?from=2026-01-02T03:04:06Z', [1, 0]],
    ['?from=1767323047', []],
    ['?to=2026-01-02', []],
    ['?action=key.created', []],
  ])('is narrowed by %s', async (query, indexes) => {
    await recorded(ofA, ofB);
    expect((await entries('root', query)).map(({ index }) => index)).toEqual(indexes);
  });

  it('comes in pages', async () => {
    await recorded(...[1, 2, 3, 4, 5].map((number) => ({ ...ofA, request_id: `req_${number}` })));
    const seen: unknown[] = [];
    for (let query = '?limit=2'; query;) {
      const { body } = await get('root', `/admin/audit${query}`);
      const page = body as { data: { index: number }[]; has_more: boolean; next_cursor: string | null };
      seen.push(page.data.map(({ index }) => index));
      expect(page.has_more).toBe(page.next_cursor !== null);
      query = page.next_cursor === null ? '' : `?limit=2&cursor=${page.next_cursor}`;
    }
    expect(seen).toEqual([[4, 3], [2, 1], [0]]);
  });

  it.each(['auditor', 'admin-of-b'])('shows %s only what is its tenant’s', async (caller) => {
    await recorded(ofA, ofB);
    const own = callers[caller]?.tenant;
    expect((await entries(caller)).map(({ tenant }) => tenant)).toEqual([own]);
    const other = own === 'tenant-a' ? 'tenant-b' : 'tenant-a';
    expect(await entries(caller, `?tenant=${other}`)).toEqual([]);
    expect(await entries(caller, `?request_id=${other === 'tenant-a' ? 'req_a' : 'req_b'}`)).toEqual([]);
  });

  it.each([
    ['?limit=0', 'limit'],
    ['?limit=1001', 'limit'],
    ['?limit=x', 'limit'],
    ['?from=yesterday', 'from'],
    ['?from=2026-13-45', 'from'],
    ['?cursor=-1', 'cursor'],
    ['?tenant=a&tenant=b', 'tenant'],
    ['?colour=red', 'colour'],
  ])('refuses %s', async (query, param) => {
    expect(await get('root', `/admin/audit${query}`)).toMatchObject({ status: 400, body: { error: { param } } });
  });

  it('is 503 while the log cannot be read', async () => {
    app.gateway.auditStore.failure = new GatewayError({ type: 'not_ready', message: 'The database is away.' });
    expect(await get('root', '/admin/audit')).toMatchObject({ status: 503 });
    expect(await get('root', '/admin/audit/export')).toMatchObject({ status: 503 });
  });
});

describe('what is proved', () => {
  beforeEach(() => recorded(...[0, 1, 2, 3, 4].map((number) => ({ ...ofA, request_id: `req_${number}` }))));

  it('begins with a checkpoint over everything before the call, signed by the key that it names', async () => {
    const { body } = await get('auditor', '/admin/audit/checkpoint');
    expect(body).toMatchObject({
      object: 'audit.checkpoint',
      origin: logSigner.name,
      public_key: formatVerifierKey(logSigner),
      size: 5,
      consistency: null,
    });
    expect(openCheckpoint((body as { note: string }).note, logSigner)).toMatchObject({ size: 5 });
  });

  it('includes that the log only grew', async () => {
    const { body } = await get('auditor', '/admin/audit/checkpoint?from=3');
    expect((body as { consistency: string[] }).consistency).toHaveLength(4);
    for (const from of ['0', '6', 'x']) {
      expect(await get('auditor', `/admin/audit/checkpoint?from=${from}`)).toMatchObject({ status: 400 });
    }
  });

  it('includes that an entry is in the log, of its newest size or an older one', async () => {
    const [newest, older] = [
      await get('auditor', '/admin/audit/proof/4'),
      await get('auditor', '/admin/audit/proof/0?size=2'),
    ];
    const [entry] = await entries('auditor', '?request_id=req_4');
    expect(newest.body).toMatchObject({ index: 4, size: 5, leaf_hash: entry?.leaf_hash, note: expect.any(String) });
    expect((newest.body as { hashes: string[] }).hashes).toHaveLength(1);
    expect(older.body).toMatchObject({ index: 0, size: 2, note: null });
    for (const path of ['5', 'x', '-1', '2?size=2']) {
      expect(await get('auditor', `/admin/audit/proof/${path}`)).toMatchObject({ status: 404 });
    }
    expect(await get('auditor', '/admin/audit/proof/0?size=6')).toMatchObject({ status: 400 });
  });
});

describe('GET /admin/audit/export', () => {
  it('is the whole log, in a form that is verified without the gateway', async () => {
    for (let number = 0; number < 450; number++) {
      await recorded({ ...ofA, request_id: `req_${number}` });
      if (number % 150 === 0) await app.gateway.audit.checkpoint();
    }
    expect(verified(await exported('root'))).toMatchObject({ size: 450, shown: 450 });
  });

  it('is a whole log even where that is empty', async () => {
    expect(verified(await exported('root'))).toMatchObject({ size: 0 });
  });

  it('withholds what is other tenants’, and can be verified all the same', async () => {
    await recorded(ofA, ofB);
    const lines = await exported('auditor');
    expect(lines.join('\n')).toContain('req_a');
    expect(lines.join('\n')).not.toMatch(/req_b|tenant-b|key_b/);
    expect(verified(lines)).toMatchObject({ size: 2, shown: 1 });
  });

  it('is read from the database only as fast as its reader takes it', async () => {
    const longName = 'x'.repeat(20_000);
    for (let number = 0; number < 2_000; number++)
      await recorded({ ...ofA, alias: longName, request_id: `req_${number}` });
    const { entries: read } = app.gateway.auditStore;
    let pages = 0;
    app.gateway.auditStore.entries = (from, to) => {
      pages += 1;
      return read(from, to);
    };
    const answer = await app.get('/admin/audit/export', as('root'));
    const reader = answer.body?.getReader();
    await reader?.read();
    const early = pages;
    expect(early).toBeLessThan(8);
    while (!(await reader?.read())?.done);
    expect(pages).toBe(10);
  });
});

describe('what is recorded of callers', () => {
  it('is each action of an administrator, with whom or what it was done to', async () => {
    const made = await app.post('/admin/keys', { name: 'desk' }, as('root'));
    const { id } = (await made.json()) as { id: string };
    await fetch(`${app.url}/admin/tenants/tenant-a`, { method: 'DELETE', headers: as('root') });
    const root = { type: 'admin', principal: 'root', tenant: 'default', ip: '127.0.0.1' };
    expect(await actions()).toEqual([
      { ...root, action: 'tenant.erased', target: 'tenant-a', outcome: 'done', error_type: null },
      { ...root, action: 'key.created', target: id, outcome: 'done', error_type: null },
    ]);
  });

  it('is that an operator looked into histories, once a minute', async () => {
    for (const path of ['decode', 'decode', 'download']) await app.post(`/codec/${path}`, { payloads: [] }, as('root'));
    expect(await actions()).toMatchObject([{ action: 'history.read', principal: 'root', outcome: 'done' }]);
  });

  it('is an action that failed or was not allowed, too', async () => {
    await app.post('/admin/keys', { colour: 'red' }, as('root'));
    await app.post('/admin/keys', { name: 'desk' }, as('user'));
    expect((await actions()).map(({ outcome, principal }) => [outcome, principal])).toEqual([
      ['refused', 'user'],
      ['refused', 'root'],
    ]);
  });

  it('never names an end user who is erased', async () => {
    await fetch(`${app.url}/admin/subjects/anna%40example.org`, { method: 'DELETE', headers: as('root') });
    expect(await actions()).toMatchObject([{ action: 'subject.erased', target: null, outcome: 'done' }]);
    expect(JSON.stringify([...app.gateway.auditStore.written])).not.toContain('anna');
  });

  it('comes before the action: where it cannot be recorded, nothing is done', async () => {
    app.gateway.auditStore.failure = new GatewayError({ type: 'not_ready', message: 'The database is away.' });
    const answer = await fetch(`${app.url}/admin/tenants/tenant-a`, { method: 'DELETE', headers: as('root') });
    expect(answer.status).toBe(503);
    expect(app.gateway.administered).toEqual([]);
  });

  it('is a refusal by scope, policy or budget, under the id that the answer names', async () => {
    const byScope = await app.get('/admin/audit', as('user'));
    app.gateway.script = { kind: 'refuse', error: { type: 'budget_exceeded', message: 'The budget is spent.' } };
    const byBudget = await app.post('/v1/chat/completions', chat, as('user'));
    const refused = { type: 'refusal', principal: 'user', tenant: 'tenant-a', outcome: 'rejected', repeated: 0 };
    expect(await actions()).toMatchObject([
      { ...refused, error_type: 'budget_exceeded', method: 'POST', route: '/v1/chat/completions' },
      { ...refused, error_type: 'permission_denied', method: 'GET', route: '/admin/audit' },
    ]);
    const ids = [byBudget, byScope].map((answer) => answer.headers.get('x-request-id'));
    expect((await entries('root')).map(({ request_id: id }) => id)).toEqual(ids);
  });

  it('is not what says nothing of a known caller, nor what became a request', async () => {
    await app.get('/v1/models', as('stranger'));
    await app.post('/v1/chat/completions', { model: 'auto' }, as('user'));
    app.gateway.script = { kind: 'fail', error: { type: 'content_filter', message: 'Blocked.' } };
    await app.post('/v1/chat/completions', chat, as('user'));
    expect(await actions()).toEqual([]);
  });

  it('is bounded where a caller repeats himself', async () => {
    for (let time = 0; time < 25; time++) await app.get('/admin/audit', as('user'));
    expect(await actions()).toHaveLength(10);
  });

  it('does not change what the caller is told', async () => {
    app.gateway.auditStore.failure = new GatewayError({ type: 'not_ready', message: 'The database is away.' });
    expect((await app.get('/admin/audit', as('user'))).status).toBe(403);
  });
});
