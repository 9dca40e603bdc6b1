import { createHash } from 'node:crypto';
import { canonicalJson } from '../canonical-json.ts';
import type { Policy } from '../gateway-config.ts';
import type { RouteScope } from '../route.ts';
import type { CacheMode, CacheSettings, CacheUse } from './cache-options.ts';

/** What a request asks for (`gateway.cache`): the short forms stand for a mode with the operator's other settings. */
export type CacheWish = boolean | CacheMode | { mode?: CacheMode; ttlSeconds?: number; threshold?: number };

/** How a request uses kept answers; undefined where it does not. */
export function cacheUse(
  settings: CacheSettings,
  wish: CacheWish | undefined,
  scope: Pick<RouteScope, 'deployments'> & { policies: readonly Policy[] },
): CacheUse | undefined {
  const { mode, ttlSeconds, threshold } = { ...settings, ...wishFor(wish) };
  return mode === 'off' ? undefined : { mode, ttlSeconds, threshold, scope: scopeHash(scope) };
}

function wishFor(wish: CacheWish | undefined): Partial<CacheSettings> {
  if (wish === undefined) return {};
  if (typeof wish === 'object') return { mode: 'exact', ...wish };
  if (typeof wish === 'string') return { mode: wish };
  return { mode: wish ? 'exact' : 'off' };
}

/** Whoever may answer, and under which rules: an answer is given again only where both are as they were. */
function scopeHash({ deployments, policies }: Parameters<typeof cacheUse>[2]): string {
  const answerers = deployments.map(({ name, model, provider }) => [name, model, provider.name]);
  return sha256(JSON.stringify([answerers, policies.map(policyHash)]));
}

const policyHashes = new WeakMap<Policy, string>();

/** Word lists are long, and a policy stays the same object until the configuration is read again. */
function policyHash(policy: Policy): string {
  const known = policyHashes.get(policy) ?? sha256(canonicalJson(policy));
  policyHashes.set(policy, known);
  return known;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
