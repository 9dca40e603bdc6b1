import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { RequestObject } from '../../api/gateway/request-object.ts';
import { type GatewayFixture, hello, startFixture } from '../support/gateway-fixture.ts';

let fixture: GatewayFixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture.close());

const cheap = { ...hello, model: 'auto:cheap' };
const judge = (id: string | null, body: object) => fixture.gateway.fetch(`/v1/requests/${id}/feedback`, { json: body });

async function answered(): Promise<RequestObject> {
  const response = await fixture.gateway.chat(cheap);
  await response.text();
  return fixture.gateway.record(response.headers.get('x-request-id'));
}

describe('feedback', () => {
  it('is refused for a request without an answer, and for none at all', async () => {
    fixture.upstream.script([{ kind: 'error', error: 'invalid' }]);
    const failed = await fixture.gateway.chat({ ...hello, model: 'light' });
    expect((await judge(failed.headers.get('x-request-id'), { rating: 'up' })).status).toBe(409);
    expect((await judge('req_none', { rating: 'up' })).status).toBe(404);
    fixture.upstream.script([{ kind: 'answer' }]);
  });

  it('teaches the next quality model, which the gateway takes at its next start', async () => {
    const before = await answered();
    expect(before.route?.quality_model).toMatch(/^\d{4}-\d\d-\d\d-[0-9a-f]{8}$/);
    expect((await judge(before.id, { rating: 'down' })).status).toBe(200);
    expect((await judge(before.id, { score: 0.9, comment: 'a secret comment' })).status).toBe(200);

    const args = ['--disable-warning=ExperimentalWarning', 'bench/router/train.ts', '--feedback'];
    const { stdout } = await promisify(execFile)(process.execPath, args, {
      env: { PATH: process.env.PATH, DATA_DIR: fixture.gateway.dataDir },
    });
    expect(stdout).toContain('own feedback');
    expect(stdout).not.toContain('secret');
    await fixture.gateway.restart();

    const after = await answered();
    expect(after.route?.quality_model).not.toBe(before.route?.quality_model);
    expect(stdout).toContain(after.route?.quality_model);
    const metrics = await (await fixture.gateway.fetch('/metrics')).text();
    expect(metrics).toContain(`holdfast_quality_model_info{version="${after.route?.quality_model}"} 1`);
  });
});
