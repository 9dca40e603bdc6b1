import { z } from 'zod';
import { type CacheSettings, cacheModes, maxTtlSeconds } from '../../domain/cache/cache-options.ts';

/** `cache` of gateway.yaml: what holds for requests that do not say. */
export const cacheSchema = z
  .strictObject({
    mode: z.enum(cacheModes).default('off'),
    ttlSeconds: z.int().min(1).max(maxTtlSeconds).default(3_600),
    threshold: z.number().min(0).max(1).default(0.7),
  })
  .default({ mode: 'off', ttlSeconds: 3_600, threshold: 0.7 }) satisfies z.ZodType<CacheSettings>;
