import { z } from 'zod';
import type { ErasureReport } from './tenants-port.ts';

export const erasureObject = z.object({
  object: z.literal('erasure'),
  tenant: z.string(),
  /** `erasing`: nothing can be read any more, and rows and histories are still being deleted. */
  status: z.enum(['erased', 'erasing']),
  keys_destroyed: z.int(),
  requests_deleted: z.int(),
});

export function toErasureObject(tenant: string, report: ErasureReport): z.output<typeof erasureObject> {
  return {
    object: 'erasure',
    tenant,
    status: report.finished ? 'erased' : 'erasing',
    keys_destroyed: report.keysDestroyed,
    requests_deleted: report.requestsDeleted,
  };
}
