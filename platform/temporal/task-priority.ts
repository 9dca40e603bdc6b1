import { createHash } from 'node:crypto';
import type { Priority } from '@temporalio/common';
import type { TenantShare } from '../../domain/fair-queue.ts';

/** Temporal refuses longer fairness keys. */
const maxKeyBytes = 64;

/** How the tasks of a tenant's requests stand in a task queue, as Temporal says it: the tenant is the fairness key. */
export function taskPriority({ tenant, priority, weight }: TenantShare): Priority {
  const fairnessKey =
    Buffer.byteLength(tenant) <= maxKeyBytes ? tenant : createHash('sha256').update(tenant).digest('hex');
  return { priorityKey: priority, fairnessKey, fairnessWeight: weight };
}
