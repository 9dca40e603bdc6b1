import { z } from 'zod';
import type { HealthProbe, TryTimeouts } from '../../domain/deployment.ts';

const milliseconds = z.number().int().positive().max(3_600_000);

/** How long one call may take, where a deployment needs other times than the usual ones. */
export const timeoutsSchema = z
  .strictObject({
    firstTokenMs: milliseconds.optional(),
    idleMs: milliseconds.optional(),
    totalMs: milliseconds.optional(),
  })
  .default({});

/** Calls of the gateway's own that find out whether an idle or failing deployment answers. None by default. */
export const probeSchema = z.strictObject({
  intervalMs: z.number().int().min(1_000).max(86_400_000),
  call: z.enum(['models', 'chat']).default('models'),
});

/** The fields of a deployment that these schemas stand for. */
export function poolFields(entry: {
  timeouts: z.output<typeof timeoutsSchema>;
  probe?: z.output<typeof probeSchema> | undefined;
}): { timeouts: TryTimeouts; probe?: HealthProbe } {
  const { firstTokenMs, idleMs, totalMs } = entry.timeouts;
  return {
    timeouts: {
      ...(firstTokenMs !== undefined && { firstTokenMs }),
      ...(idleMs !== undefined && { idleMs }),
      ...(totalMs !== undefined && { totalMs }),
    },
    ...(entry.probe && { probe: entry.probe }),
  };
}
