import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Client, Connection } from '@temporalio/client';
import type { ConfigFile } from '../../platform/config/config-file.ts';
import {
  fixtureConfig,
  type GatewayFixture,
  hello,
  startFixture,
  temporalAddress,
} from '../support/gateway-fixture.ts';
import { eventually } from '../support/poll.ts';

let fixture: GatewayFixture;
let connection: Connection;
let client: Client;
let database: DatabaseSync;

function config(upstreamUrl: string): ConfigFile {
  return { ...fixtureConfig(upstreamUrl), tenants: { default: { budget: { limitUsd: 1, period: 'month' } } } };
}

beforeAll(async () => {
  fixture = await startFixture({}, config);
  connection = await Connection.connect({ address: temporalAddress() });
  client = new Client({ connection, namespace: fixture.namespace });
  database = new DatabaseSync(join(fixture.gateway.dataDir, 'holdfast.db'), { timeout: 5_000 });
});
afterAll(async () => {
  database.close();
  await connection.close();
  await fixture.close();
});

async function budget(): Promise<{ spent_usd: number; reserved_usd: number }> {
  const usage = (await (await fixture.gateway.fetch('/admin/usage')).json()) as { budgets: never[] };
  return usage.budgets[0] ?? { spent_usd: NaN, reserved_usd: NaN };
}

describe('the sweep', () => {
  it('is on a schedule, which a second start leaves as it is', async () => {
    const handle = client.schedule.getHandle('holdfast-sweep');
    const { createdAt } = (await handle.describe()).info;
    await fixture.gateway.restart();
    expect((await handle.describe()).info.createdAt).toEqual(createdAt);
    expect((await handle.describe()).spec.intervals).toMatchObject([{ every: 300_000 }]);
  });

  it('gives back what was set aside by a process that died before its request was accepted', async () => {
    await (await fixture.gateway.chat(hello)).json();
    await eventually('the request to be settled', async () => (await budget()).reserved_usd === 0);
    const { budget: name, period_start: start } = database.prepare('select * from budgets').get() ?? {};
    database
      .prepare('insert into reservations values (?, ?, ?, ?, 1, 500000, 0)')
      .run('req_lost', String(name), Number(start), Date.now() - 61_000);
    database.exec(
      'update budgets set reserved_micro_usd = reserved_micro_usd + 500000, open_requests = open_requests + 1',
    );
    expect(await budget()).toMatchObject({ reserved_usd: 0.5, spent_usd: 0.000021 });

    await client.schedule.getHandle('holdfast-sweep').trigger();
    await eventually('the money to be given back', async () => (await budget()).reserved_usd === 0, 20_000);
    expect(await budget()).toMatchObject({ spent_usd: 0.000021 });
  });

  it('ends and settles a request whose workflow was terminated', async () => {
    fixture.upstream.script([{ kind: 'stall', afterTokens: 3 }], 'm-light');
    const accepted = await fixture.gateway.chat(
      { ...hello, model: 'light', stream: true },
      { prefer: 'respond-async' },
    );
    const { id } = (await accepted.json()) as { id: string };
    await fixture.upstream.until(() => fixture.upstream.calls.at(-1)?.tokensSent === 3);
    const statusOf = async () => (await fixture.gateway.record(id)).status;
    await eventually('the request to be under way', async () => (await statusOf()) === 'in_progress');
    await client.workflow.getHandle(id).terminate('by the test');
    database.prepare('update requests set created_at = ? where id = ?').run(Date.now() - 601_000, id);

    await client.schedule.getHandle('holdfast-sweep').trigger();
    await eventually('the record to end', async () => (await statusOf()) === 'failed', 20_000);
    expect(await fixture.gateway.record(id)).toMatchObject({ error: { code: 'internal_error' } });
    await eventually('its money to be given back', async () => (await budget()).reserved_usd === 0, 20_000);
    expect((await budget()).spent_usd).toBeGreaterThan(0.000021);
  });
});
