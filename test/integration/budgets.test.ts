import { type GatewayFixture, fixtureConfig, hello, startFixture } from '../support/gateway-fixture.ts';
import type { ConfigFile } from '../../platform/config/config-file.ts';

/** One request of `hello` at the double: 11 input and 5 output tokens at 1 and 2 USD a million. */
const eachMicroUsd = 21;
const usd = (microUsd: number): number => microUsd / 1_000_000;

function withBudget(limitMicroUsd: number): (upstreamUrl: string) => ConfigFile {
  return (upstreamUrl) => ({
    ...fixtureConfig(upstreamUrl),
    tenants: { default: { budget: { limitUsd: usd(limitMicroUsd), period: 'month' } } },
  });
}

describe('a tenant with a budget', () => {
  let fixture: GatewayFixture;
  afterEach(() => fixture.close());

  it.each([
    ['without a limit of its answer', {}],
    ['with a limit that is longer than its answer', { max_tokens: 40 }],
    ['as a stream', { stream: true }],
  ])('answers 50 of 200 requests at once on a budget for 50, each %s', async (_, fields) => {
    fixture = await startFixture({}, withBudget(50 * eachMicroUsd + eachMicroUsd - 1));
    const statuses = await Promise.all(
      Array.from({ length: 200 }, async () => {
        const response = await fixture.gateway.chat({ ...hello, ...fields });
        await response.text();
        return response.status;
      }),
    );
    expect(statuses.filter((status) => status === 200)).toHaveLength(50);
    expect(statuses.filter((status) => status === 402)).toHaveLength(150);
    expect(fixture.upstream.calls).toHaveLength(50);
  });
});
