import { seededRandom } from '../chaos/seeded-random.ts';
import { canary, type FuzzRequest, fuzzRequests, type OpenApi } from '../support/fuzz-request.ts';
import { type GatewayFixture, hello, startFixture } from '../support/gateway-fixture.ts';

const requests = 10_000;
const lanes = 16;

let fixture: GatewayFixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture.close());

/** What is wrong with an answer; undefined where nothing is. */
async function wrongWith({ operation, method, path, headers, body }: FuzzRequest): Promise<string | undefined> {
  const response = await fixture.gateway.fetch(path, {
    method,
    headers,
    ...(body !== undefined && { body }),
    redirect: 'manual',
  });
  const text = await response.text();
  const saw = `${operation} ${path.slice(0, 80)} → ${response.status}`;
  if (response.status >= 500) return `${saw}: ${text.slice(0, 200)}`;
  if (response.status < 400) return undefined;
  if (response.status !== 404 && text.includes(canary)) return `${saw} quotes what was sent`;
  const { error } = JSON.parse(text) as { error?: { message?: unknown } };
  return typeof error?.message === 'string' ? undefined : `${saw} has no envelope`;
}

it(`answers ${requests} fuzzed requests to everything it describes without a single 5xx`, async () => {
  const document = (await (await fixture.gateway.fetch('/openapi.json')).json()) as OpenApi;
  const fuzz = fuzzRequests(document, seededRandom(20_261_123));
  const faults: string[] = [];
  let sent = 0;
  await Promise.all(
    Array.from({ length: lanes }, async () => {
      while (sent++ < requests) {
        const fault = await wrongWith(fuzz.next().value as FuzzRequest);
        if (fault !== undefined) faults.push(fault);
      }
    }),
  );
  expect(faults.slice(0, 20)).toEqual([]);
  expect((await fixture.gateway.chat(hello)).status).toBe(200);
}, 120_000);
