import { z } from 'zod';
import type { HedgePolicy } from '../../domain/hedge.ts';

/** `aliases.NAME.hedge`: when a second deployment is called beside one whose answer is late to begin. */
export const hedgeSchema = z
  .strictObject({
    afterMs: z.int().min(1).max(300_000),
    maxShare: z.number().min(0).max(1).default(0.1),
    maxExtraCostUsd: z.number().positive().optional(),
  })
  .transform(({ maxExtraCostUsd, ...policy }): HedgePolicy => ({
    ...policy,
    ...(maxExtraCostUsd !== undefined && { maxExtraCostMicroUsd: Math.floor(maxExtraCostUsd * 1e6) }),
  }));
