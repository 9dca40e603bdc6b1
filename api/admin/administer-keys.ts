import { randomBytes } from 'node:crypto';
import { GatewayError } from '../../domain/errors.ts';
import type { GatewayConfig } from '../../domain/gateway-config.ts';
import { administers, operatorTenant, type Principal } from '../../domain/principal.ts';
import { newSecret } from '../../platform/identity/key-secret.ts';
import type { ApiKeyRecord, ApiKeyStore } from '../../platform/store/api-keys-contract.ts';
import type { IssuedKey, KeyAdministration } from './keys-port.ts';

export interface KeyAdministrationParts {
  store: ApiKeyStore;
  config: () => GatewayConfig;
  /** Called after each change, so that this process judges by it at once. */
  onChange: () => void;
  now?: () => Date;
}

export function createKeyAdministration({
  store,
  config,
  onChange,
  now = () => new Date(),
}: KeyAdministrationParts): KeyAdministration {
  const get = async (admin: Principal, id: string): Promise<ApiKeyRecord> => {
    const record = await store.get(id);
    if (record && administers(admin, record.tenant)) return record;
    throw keyNotFound();
  };
  const assertTerms = ({ models, expiresAt }: { models?: readonly string[] | null; expiresAt?: Date | null }): void => {
    const { aliases, deployments } = config();
    const unknown = models?.findIndex((name) => !aliases.has(name) && !deployments.has(name)) ?? -1;
    if (unknown >= 0) throw invalid('There is no such alias or deployment.', `models[${unknown}]`);
    if (expiresAt && expiresAt <= now()) throw invalid('This time has passed.', 'expires_at');
  };

  return {
    async create(admin, { tenant = admin.tenant, ...terms }) {
      // The same words for an unknown tenant and for another one's: neither is there for this admin.
      if (!config().tenants.has(tenant) || !administers(admin, tenant)) throw invalid('No such tenant.', 'tenant');
      assertTerms(terms);
      const { key, record: secret } = newSecret();
      const id = `key_${randomBytes(12).toString('hex')}`;
      const created = { ...terms, id, tenant, createdBy: admin.id, createdAt: now() };
      await store.create(created, secret);
      return { key, record: { ...created, secrets: [{ lookup: secret.lookup, createdAt: created.createdAt }] } };
    },

    async list(admin, tenant) {
      if (tenant !== undefined && !administers(admin, tenant)) return [];
      return store.list(tenant ?? (admin.tenant === operatorTenant ? undefined : admin.tenant));
    },

    get,

    async change(admin, id, changes) {
      await get(admin, id);
      assertTerms(changes);
      await store.change(id, changes);
      onChange();
      return get(admin, id);
    },

    async rotate(admin, id, overlapMs): Promise<IssuedKey> {
      await get(admin, id);
      const { key, record: secret } = newSecret();
      const createdAt = now();
      const previousEndAt = new Date(createdAt.getTime() + overlapMs);
      await store.addSecret(id, secret, { createdAt, previousEndAt });
      onChange();
      return { key, record: await get(admin, id) };
    },

    async revoke(admin, id) {
      await get(admin, id);
      await store.delete(id);
      onChange();
    },
  };
}

function keyNotFound(): GatewayError {
  return new GatewayError({ type: 'not_found', message: 'There is no API key with this id.', param: 'id' });
}

function invalid(message: string, param: string): GatewayError {
  return new GatewayError({ type: 'invalid_request', message, param });
}
