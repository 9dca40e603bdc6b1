import { GatewayError } from '../domain/errors.ts';
import type { GuardedRequest } from '../domain/privacy/content-guard.ts';
import type { ContentVault } from '../platform/encryption/content-vault.ts';
import type { PseudonymStore } from '../platform/store/contract.ts';
import { carry, unpack } from './carried-body.ts';
import type { Redacted, RedactInput } from './contracts.ts';
import type { Dependencies } from './dependencies.ts';

interface RedactParts extends Pick<Dependencies, 'config' | 'artifacts' | 'guards' | 'logger'> {
  store: { vault: Pick<ContentVault, 'pseudonymKey'>; pseudonyms: Pick<PseudonymStore, 'keep'> };
}

/**
 * Takes out of a request what its policies do not let out. What stands for what is kept, sealed, before anything can be
 * sent. Where this step fails for whatever reason, the request does not leave.
 */
export function createRedact({ config, store, artifacts, guards, logger }: RedactParts) {
  return async ({ requestId, tenant, alias, body, deployments, policies }: RedactInput): Promise<Redacted> => {
    const original = await unpack(body, artifacts);
    const tenantKey = await store.vault.pseudonymKey(tenant);
    const guarded = orNothing(() => guards(policies).request(original, tenantKey));
    await store.pseudonyms.keep(requestId, {
      found: guarded.found,
      placeholders: guarded.kind === 'passed' ? guarded.placeholders : {},
    });
    logger.info({ requestId, tenant, policies, found: guarded.found, outcome: guarded.kind }, 'request redacted');
    if (guarded.kind === 'refused') throw new GatewayError(guarded.error);
    const known = config().deployments;
    const allowed = deployments.filter((name) => !guarded.localOnly || known.get(name)?.provider.local === true);
    if (allowed.length === 0) throw nobodyInside(alias);
    return {
      body: await carry(guarded.body, requestId, artifacts),
      deployments: allowed,
      localOnly: guarded.localOnly,
      found: guarded.found,
    };
  };
}

/** An error of the detection itself may quote what it was looking at, and it would come again with the next try. */
function orNothing<Body>(guard: () => GuardedRequest<Body>): GuardedRequest<Body> {
  try {
    return guard();
  } catch (error) {
    if (error instanceof GatewayError) throw error;
    throw new GatewayError({
      type: 'internal_error',
      message: 'The request could not be searched for what its policy keeps back, so nothing was sent.',
    });
  }
}

function nobodyInside(alias: string): GatewayError {
  return new GatewayError({
    type: 'no_deployment',
    message:
      `The request holds data that its policy keeps inside, and no deployment of '${alias}' with local: true may take ` +
      'it now; nothing was sent. Ask for a local deployment, or send it without that data.',
  });
}
