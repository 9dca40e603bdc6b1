import { setTimeout as delay } from 'node:timers/promises';
import { GatewayError } from '../../domain/errors.ts';
import { administers, type Principal } from '../../domain/principal.ts';
import type { KeyOwner } from '../../platform/encryption/data-key.ts';
import { keysTopic } from '../../platform/hub/contract.ts';
import { cancelRunning, carryOut } from '../requests/erase.ts';
import type { RequestServices } from '../requests/services.ts';
import type { ErasureReport, TenantAdministration } from './tenants-port.ts';

/** How long an admin waits for the deletion; it goes on where it takes longer. */
const patienceMs = 10_000;

export function createTenantAdministration(services: RequestServices): TenantAdministration {
  const { vault } = services.store;
  const changed = (tenant: string): void => services.hub.publish(keysTopic, { kind: 'keys_changed', tenant });

  const erase = async (owner: KeyOwner): Promise<ErasureReport> => {
    await cancelRunning(services, owner);
    const keysDestroyed = await vault.destroy(owner);
    changed(owner.tenant);
    const report = { keysDestroyed, requestsDeleted: 0, finished: false };
    const deleting = deleteAll(owner, report).catch((error: unknown) => {
      services.logger.warn(
        { error: error instanceof Error ? error.message : 'unknown' },
        'an erasure is not finished; it is repeated',
      );
    });
    await Promise.race([deleting, delay(patienceMs, undefined, { ref: false })]);
    return { ...report };
  };

  const deleteAll = async ({ tenant, subject }: KeyOwner, report: ErasureReport): Promise<void> => {
    for (const erasure of await services.store.erasures.open()) {
      if (erasure.owner.tenant !== tenant || erasure.owner.subject !== subject) continue;
      await carryOut(services, erasure, (count) => (report.requestsDeleted += count));
    }
    report.finished = true;
  };

  return {
    async eraseTenant(admin, tenant) {
      assertAdministers(admin, tenant);
      return erase({ tenant });
    },
    async eraseSubject(admin, endUser, tenant = admin.tenant) {
      assertAdministers(admin, tenant);
      return erase({ tenant, subject: await vault.subjectOf(tenant, endUser) });
    },
    async rotateKey(admin, tenant) {
      assertAdministers(admin, tenant);
      const keyId = await vault.rotate(tenant);
      changed(tenant);
      return keyId;
    },
  };
}

function assertAdministers(admin: Principal, tenant: string): void {
  if (administers(admin, tenant)) return;
  throw new GatewayError({ type: 'not_found', message: 'There is no tenant with this name.', param: 'tenant' });
}
