import { randomUUID } from 'node:crypto';
import type { ConfigFile } from '../../platform/config/config-file.ts';
import { startUpstream, type Upstream } from '../doubles/upstream.ts';
import { type GatewayProcess, startGatewayProcess } from './gateway-process.ts';

/** A real gateway process on the shared Temporal server, in front of a double of a vendor. */
export interface GatewayFixture {
  upstream: Upstream;
  gateway: GatewayProcess;
  namespace: string;
  close(): Promise<void>;
}

export const temporalAddress = (): string => process.env.TEST_TEMPORAL_ADDRESS ?? '127.0.0.1:7233';

/**
 * Deployments `light`, `large` (both at the double, priced) and `heir`, which can go on from a prefilled answer; `auto`
 * stands for the first two, `relay` for `light` and `heir`.
 */
export function fixtureConfig(upstreamUrl: string): ConfigFile {
  const price = { inputUsdPerMTok: 1, outputUsdPerMTok: 2 };
  return {
    providers: {
      near: { kind: 'openai-compatible', baseUrl: `${upstreamUrl}/v1`, local: true },
      far: { kind: 'openai', baseUrl: `${upstreamUrl}/v1`, apiKeyEnv: 'FAR_KEY' },
    },
    deployments: {
      light: { provider: 'near', model: 'm-light', price },
      large: { provider: 'far', model: 'm-large', price },
      heir: { provider: 'near', model: 'm-heir', price, capabilities: ['prefill'] },
    },
    aliases: {
      auto: { deployments: ['light', 'large'] },
      relay: { deployments: ['light', 'heir'] },
    },
  };
}

/**
 * The fixture's configuration and `count` aliases `pair-1`, `pair-2`, …, each for a `light-N` and a `large-N` of its own
 * at the same models: what a test makes the gateway think of one pair says nothing of the next.
 */
export function pairedConfig(upstreamUrl: string, count: number): ConfigFile {
  const { providers, deployments, aliases } = fixtureConfig(upstreamUrl);
  const numbers = Array.from({ length: count }, (_, index) => index + 1);
  const copies = (name: 'light' | 'large') =>
    Object.fromEntries(numbers.flatMap((each) => (deployments[name] ? [[`${name}-${each}`, deployments[name]]] : [])));
  return {
    providers,
    deployments: { ...deployments, ...copies('light'), ...copies('large') },
    aliases: {
      ...aliases,
      ...Object.fromEntries(
        numbers.map((each) => [
          `pair-${each}`,
          { deployments: [`light-${each}`, `large-${each}`] as [string, string] },
        ]),
      ),
    },
  };
}

export async function startFixture(
  env: Record<string, string> = {},
  configFor: (upstreamUrl: string) => ConfigFile = fixtureConfig,
): Promise<GatewayFixture> {
  const upstream = await startUpstream();
  const namespace = `test-${randomUUID().slice(0, 8)}`;
  const gateway = await startGatewayProcess({
    temporalAddress: temporalAddress(),
    namespace,
    config: configFor(upstream.url),
    env: { FAR_KEY: 'far-secret-key', ...env },
  });
  return {
    upstream,
    gateway,
    namespace,
    async close() {
      await gateway.kill();
      await upstream.close();
    },
  };
}

export const hello = { model: 'auto', messages: [{ role: 'user', content: 'Say hello.' }] };
