import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Connection } from '@temporalio/client';
import proto from '@temporalio/proto';
import { type GatewayFixture, startFixture, temporalAddress } from '../support/gateway-fixture.ts';
import { fetchHistory } from '../support/temporal-history.ts';

let fixture: GatewayFixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture.close());

/** A different secret for each place, so that a find tells where it leaked from. */
let count = 0;
const planted: string[] = [];
function secret(place: string): string {
  count += 1;
  const text = `canary-${place}-${count}-Zx9`;
  planted.push(text);
  return text;
}

function requestFullOfSecrets(stream: boolean) {
  return {
    model: 'auto',
    stream,
    user: secret('user'),
    metadata: { [secret('metadata-key')]: secret('metadata') },
    messages: [
      { role: 'system', content: secret('system'), name: secret('name') },
      { role: 'user', content: [{ type: 'text', text: secret('part') }] },
      {
        role: 'assistant',
        content: null,
        tool_calls: [
          { id: secret('call-id'), type: 'function', function: { name: 'find', arguments: secret('arguments') } },
        ],
      },
      { role: 'tool', tool_call_id: planted.at(-2), content: secret('tool-result') },
    ],
    tools: [{ type: 'function', function: { name: 'find', description: secret('tool-description') } }],
    odd_field: { deep: secret('unknown-field') },
  };
}

async function filesUnder(folder: string): Promise<{ name: string; bytes: Buffer }[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Promise.all(files.map(async (name) => ({ name, bytes: await readFile(name) })));
}

async function visibilityRecords(): Promise<string> {
  const connection = await Connection.connect({ address: temporalAddress() });
  const { namespace } = fixture;
  const { executions } = await connection.workflowService.listWorkflowExecutions({ namespace, pageSize: 100 });
  await connection.close();
  const { WorkflowExecutionInfo } = proto.temporal.api.workflow.v1;
  return executions.map((info) => Buffer.from(WorkflowExecutionInfo.encode(info).finish()).toString('latin1')).join();
}

describe('what a caller says', () => {
  it('is found in no log, metric, history, search attribute, file or error of the gateway', async () => {
    const { gateway, upstream, namespace } = fixture;
    const histories: string[] = [];
    const answers = ['t0', secret('answer')];
    upstream.script([{ kind: 'answer', parts: answers }], 'm-light');
    for (const stream of [false, true]) {
      const headers = {
        'idempotency-key': secret('idempotency-key'),
        'x-custom': secret('header'),
        'user-agent': secret('user-agent'),
      };
      const response = await gateway.chat(requestFullOfSecrets(stream), headers);
      expect(response.status).toBe(200);
      await response.text();
      histories.push((await fetchHistory(namespace, response.headers.get('x-request-id') ?? '')).raw);
    }
    // A provider that quotes the request in its refusal, and requests that the gateway refuses itself.
    const quoted = secret('quoted-by-provider');
    upstream.script(
      [
        {
          kind: 'raw',
          status: 400,
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ error: { message: `bad: ${quoted}`, type: 'invalid_request_error' } }),
        },
      ],
      'm-light',
    );
    const refused = await gateway.chat(requestFullOfSecrets(false));
    histories.push((await fetchHistory(namespace, refused.headers.get('x-request-id') ?? '')).raw);
    const errors: string[] = [];
    for (const body of [
      { ...requestFullOfSecrets(false), temperature: secret('temperature') },
      { ...requestFullOfSecrets(false), messages: [{ role: secret('role'), content: 'x' }] },
    ]) {
      errors.push(await (await gateway.chat(body)).text());
    }
    errors.push(await (await gateway.fetch(`/v1/${secret('path')}?q=${secret('query')}`)).text());
    const wrongKey = await gateway.fetch('/v1/models', { headers: { authorization: `Bearer ${secret('wrong-key')}` } });
    errors.push(await wrongKey.text());

    const places: [string, string | Buffer][] = [
      ['log', gateway.output()],
      ['metrics', await (await fetch(`${gateway.url}/metrics`)).text()],
      ['visibility', await visibilityRecords()],
      ...histories.map((raw, index): [string, string] => [`history ${index}`, raw]),
      ...errors.map((text, index): [string, string] => [`error ${index}`, text]),
      ...(await filesUnder(gateway.dataDir)).map(({ name, bytes }): [string, Buffer] => [name, bytes]),
    ];
    expect(places.length).toBeGreaterThan(12);
    const keys = [gateway.key, 'far-secret-key'];
    const found = places.flatMap(([place, content]) =>
      [...planted, ...keys].filter((text) => content.includes(text)).map((text) => `${text} in ${place}`),
    );
    expect(found).toEqual([]);
  });
});
