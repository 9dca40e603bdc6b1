import { execFile } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { AdminAudit, RequestAudit } from '../../domain/audit/record.ts';
import { type GatewayFixture, hello, startFixture } from '../support/gateway-fixture.ts';
import { eventually } from '../support/poll.ts';

const verifier = fileURLToPath(new URL('../../workers/audit-verify.ts', import.meta.url));
const canary = 'canary-5d07e1f2';

let fixture: GatewayFixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(async () => {
  await fixture.close();
  await rm(fixture.gateway.dataDir, { recursive: true, force: true });
});

async function find<Entry>(query: string): Promise<Entry[]> {
  const answer = await fixture.gateway.fetch(`/admin/audit?${query}`);
  return ((await answer.json()) as { data: Entry[] }).data;
}

/** The records of a request, newest first, once there are so many. */
function recordsOf(id: string | null, count = 1): Promise<RequestAudit[]> {
  return eventually(`${count} audit records of ${id}`, async () => {
    const found = await find<RequestAudit>(`request_id=${id}`);
    return found.length >= count ? found : undefined;
  });
}

async function verifyExport(): Promise<string> {
  const text = await (await fixture.gateway.fetch('/admin/audit/export')).text();
  const checkpoint = await (await fixture.gateway.fetch('/admin/audit/checkpoint')).text();
  const [file, kept] = ['audit.jsonl', 'checkpoint.json'].map((name) => join(fixture.gateway.dataDir, name));
  if (file === undefined || kept === undefined) throw new Error('no file');
  await writeFile(file, text);
  await writeFile(kept, checkpoint);
  const { public_key: publicKey }: { public_key: string } = JSON.parse(checkpoint);
  const args = [
    '--disable-warning=ExperimentalWarning',
    verifier,
    file,
    '--public-key',
    publicKey,
    '--checkpoint',
    kept,
  ];
  return (await promisify(execFile)(process.execPath, args)).stdout;
}

describe('the audit log of a running gateway', () => {
  it('holds the whole chain of a request that failed over', async () => {
    fixture.upstream.script([{ kind: 'error', error: 'internal' }, { kind: 'answer' }]);
    const answer = await fixture.gateway.chat({ ...hello, user: canary });
    const id = answer.headers.get('x-request-id');
    expect(await recordsOf(id)).toEqual([
      {
        index: expect.any(Number),
        leaf_hash: expect.stringMatching(/^[0-9a-f]{64}$/),
        type: 'request',
        request_id: id,
        run_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        tenant: 'default',
        principal: 'first-key',
        ip: '127.0.0.1',
        modality: 'chat',
        alias: 'auto',
        stream: false,
        policy: 'default',
        redacted: {},
        terms: {},
        attempts: [
          expect.objectContaining({ deployment: 'light', outcome: 'failed', error_type: 'provider_unavailable' }),
          expect.objectContaining({ deployment: 'large', outcome: 'succeeded', error_type: null }),
        ],
        deployment: 'large',
        outcome: 'completed',
        error_type: null,
        cost_usd: Number(answer.headers.get('x-gateway-cost-usd')),
        request_hash: expect.stringMatching(/^hmac-sha256:/),
        response_hash: expect.stringMatching(/^hmac-sha256:/),
        created_at: expect.any(String),
        finished_at: expect.any(String),
      },
    ]);
  });

  it('holds one record of each run of a request that was retried', async () => {
    fixture.upstream.script([{ kind: 'error', error: 'invalid' }]);
    const failed = await fixture.gateway.chat(hello);
    const id = failed.headers.get('x-request-id');
    await recordsOf(id);
    fixture.upstream.script([{ kind: 'answer' }]);
    await fixture.gateway.fetch(`/v1/requests/${id}/retry`, { method: 'POST' });
    const [second, first, ...more] = await recordsOf(id, 2);
    expect(more).toEqual([]);
    expect([first, second].map((run) => [run?.outcome, run?.error_type, run?.attempts.length])).toEqual([
      ['failed', 'provider_rejected', 1],
      ['completed', null, 1],
    ]);
    expect(second?.run_id).not.toBe(first?.run_id);
  });

  it('holds what administrators did, and who was refused', async () => {
    const { gateway } = fixture;
    const made = await gateway.fetch('/admin/keys', { method: 'POST', json: { name: 'desk', scopes: ['inference'] } });
    const { id, key } = (await made.json()) as { id: string; key: string };
    const refused = await gateway.fetch('/admin/audit', { headers: { authorization: `Bearer ${key}` } });
    expect(refused.status).toBe(403);
    expect(await find<AdminAudit>('action=key.created')).toMatchObject([
      { principal: 'first-key', target: id, outcome: 'done', ip: '127.0.0.1' },
    ]);
    expect(await find('outcome=rejected')).toMatchObject([
      { principal: id, request_id: refused.headers.get('x-request-id'), error_type: 'permission_denied' },
    ]);
  });

  it('is verified from its export alone, and holds nothing of what people wrote', async () => {
    fixture.upstream.script([{ kind: 'answer', parts: [`It is ${canary}.`] }]);
    const answer = await fixture.gateway.chat({ model: 'auto', messages: [{ role: 'user', content: canary }] });
    await recordsOf(answer.headers.get('x-request-id'));
    expect(await verifyExport()).toMatch(/^\d+ entries as they were signed/);
    const exported = await (await fixture.gateway.fetch('/admin/audit/export')).text();
    expect(exported).not.toContain(canary);
  });
});
