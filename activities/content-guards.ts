import { GatewayError } from '../domain/errors.ts';
import type { GatewayConfig, Policy } from '../domain/gateway-config.ts';
import { type ContentGuard, createContentGuard } from '../domain/privacy/content-guard.ts';

/**
 * The rules of the named policies together.
 * @throws GatewayError `permission_denied` where one is no longer configured: what it asked for cannot be known.
 */
export type ContentGuards = (policies: readonly string[]) => ContentGuard;

/** Guards of the configuration in force, each prepared once: word lists may be long. */
export function createContentGuards(config: () => GatewayConfig): ContentGuards {
  const prepared = new Map<string, { policies: Policy[]; guard: ContentGuard }>();
  return (names) => {
    const policies = names.map((name) => config().policies.get(name) ?? unknownPolicy(name));
    const key = JSON.stringify(names);
    const known = prepared.get(key);
    if (known && known.policies.every((policy, index) => policy === policies[index])) return known.guard;
    const guard = createContentGuard(policies.flatMap(({ content }) => content ?? []));
    prepared.set(key, { policies, guard });
    return guard;
  };
}

function unknownPolicy(name: string): never {
  throw new GatewayError({
    type: 'permission_denied',
    message: `The policy '${name}' of this request is no longer configured, so nothing was sent. Send it again.`,
  });
}
