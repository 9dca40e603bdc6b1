import { Connection } from '@temporalio/client';
import type { ConfigFile } from '../../platform/config/config-file.ts';
import {
  fixtureConfig,
  type GatewayFixture,
  hello,
  startFixture,
  temporalAddress,
} from '../support/gateway-fixture.ts';
import { eventually } from '../support/poll.ts';

const config = (upstreamUrl: string): ConfigFile => ({
  ...fixtureConfig(upstreamUrl),
  tenants: { clinic: {}, bank: {} },
});

interface Erased {
  status: string;
  keys_destroyed: number;
  requests_deleted: number;
}

describe('erasure', () => {
  let fixture: GatewayFixture;
  const keys = new Map<string, string>();
  beforeAll(async () => {
    fixture = await startFixture({}, config);
    for (const tenant of ['clinic', 'bank']) {
      const made = await fixture.gateway.fetch('/admin/keys', {
        json: { name: tenant, tenant, scopes: ['inference'] },
      });
      keys.set(tenant, ((await made.json()) as { key: string }).key);
    }
  }, 60_000);
  afterAll(() => fixture.close());

  const as = (tenant: string) => ({ authorization: `Bearer ${keys.get(tenant)}` });
  const ask = async (tenant: string, body: object = {}, headers = {}) => {
    const answer = await fixture.gateway.chat({ ...hello, ...body }, { ...as(tenant), ...headers });
    await answer.text();
    return answer.headers.get('x-request-id') ?? '';
  };
  const statusOf = async (tenant: string, id: string) =>
    (await fixture.gateway.fetch(`/v1/requests/${id}`, { headers: as(tenant) })).status;
  const erase = async (path: string) =>
    (await (await fixture.gateway.fetch(path, { method: 'DELETE' })).json()) as Erased;

  it('takes one end user out of a tenant, and leaves the rest', async () => {
    const alice = await ask('clinic', { user: 'alice' });
    const bob = await ask('clinic', { user: 'bob' });
    const nobody = await ask('clinic');
    expect(await erase('/admin/subjects/alice?tenant=clinic')).toMatchObject({
      status: 'erased',
      keys_destroyed: 1,
      requests_deleted: 1,
    });
    expect(await erase('/admin/subjects/alice?tenant=clinic')).toMatchObject({
      keys_destroyed: 0,
      requests_deleted: 0,
    });
    expect(await statusOf('clinic', alice)).toBe(404);
    expect(await statusOf('clinic', bob)).toBe(200);
    expect(await statusOf('clinic', nobody)).toBe(200);
  });

  it('takes a whole tenant out at once, what runs included, for good', async () => {
    const stored = await ask('clinic', { messages: [{ role: 'user', content: 'x'.repeat(100_000) }] });
    const others = await ask('bank');
    fixture.upstream.script([{ kind: 'hang' }], 'm-light');
    const running = await fixture.gateway.chat(
      { ...hello, model: 'light' },
      { ...as('clinic'), prefer: 'respond-async' },
    );
    const { id } = (await running.json()) as { id: string };
    await fixture.upstream.until(() => fixture.upstream.load().current === 1);

    const report = await erase('/admin/tenants/clinic');
    expect(report).toMatchObject({ status: 'erased' });
    expect(fixture.upstream.load().current).toBe(0);
    expect(await outcomeOf(id)).toBe('cancelled');
    expect(report.requests_deleted).toBeGreaterThanOrEqual(2);
    for (const request of [stored, id]) expect(await statusOf('clinic', request)).toBe(404);
    await eventually('the end of the history', async () => !(await hasHistory(id)));
    expect(await statusOf('bank', others)).toBe(200);

    await fixture.gateway.restart();
    for (const request of [stored, id]) expect(await statusOf('clinic', request)).toBe(404);
    expect(await statusOf('bank', others)).toBe(200);
  });

  it('serves an erased tenant anew, under another key', async () => {
    const id = await ask('clinic', { model: 'large' });
    expect(await statusOf('clinic', id)).toBe(200);
    expect(await erase('/admin/tenants/clinic')).toMatchObject({ keys_destroyed: 1, requests_deleted: 1 });
  });

  /** What the audit log says of a request, also when it is gone. */
  async function outcomeOf(requestId: string): Promise<string | undefined> {
    const page = await fixture.gateway.fetch(`/admin/audit?request_id=${requestId}`);
    const { data } = (await page.json()) as { data: { record?: { outcome: string }; outcome?: string }[] };
    return data[0]?.record?.outcome ?? data[0]?.outcome;
  }

  async function hasHistory(workflowId: string): Promise<boolean> {
    const connection = await Connection.connect({ address: temporalAddress() });
    try {
      await connection.workflowService.getWorkflowExecutionHistory({
        namespace: fixture.namespace,
        execution: { workflowId },
      });
      return true;
    } catch {
      return false;
    } finally {
      await connection.close();
    }
  }
});
