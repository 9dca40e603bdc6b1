import { setImmediate } from 'node:timers/promises';
import type { GatewayConfig, Policy } from '../../domain/gateway-config.ts';
import { createModerator, type Moderation } from '../../domain/privacy/moderation.ts';
import { policiesOf } from '../../domain/route.ts';
import type { ModerationPorts } from '../openai/moderation-ports.ts';

/** Judges in this process; other requests get their turn between two texts. */
export function createModeration(config: () => GatewayConfig): ModerationPorts {
  const prepared = new WeakMap<Policy, (text: string) => Moderation>();
  const moderatorFor = (tenant: string): ((text: string) => Moderation) => {
    const [policy] = policiesOf(config(), { tenant });
    if (!policy) throw new RangeError('every tenant has a policy');
    let moderator = prepared.get(policy);
    if (!moderator) prepared.set(policy, (moderator = createModerator(policy.content ? [policy.content] : [])));
    return moderator;
  };
  return {
    async moderate({ tenant }, texts) {
      const moderator = moderatorFor(tenant);
      const moderations: Moderation[] = [];
      for (const text of texts) {
        moderations.push(moderator(text));
        await setImmediate();
      }
      return moderations;
    },
  };
}
