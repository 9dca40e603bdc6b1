import { z } from 'zod';
import type { EdgeRules, RateLimits } from '../../domain/edge.ts';
import { parseIpRange } from '../net/ip-range.ts';

export const ipRange = z.string().refine((text) => parseIpRange(text) !== undefined, {
  error: 'must be an IP address or a range such as 10.0.0.0/8 or 2001:db8::/32',
});

/** Addresses that may come in. An empty list would lock everybody out, so it is taken for a mistake. */
export const allowIps = z.array(ipRange).nonempty({ error: 'must name at least one address; leave it out for all' });

export const rateLimits: z.ZodType<RateLimits, RateLimits> = z.strictObject({
  rpm: z.number().int().positive().max(1_000_000).exactOptional(),
  concurrency: z.number().int().positive().max(100_000).exactOptional(),
});

const megapixel = 1_000_000;

/** `edge` of gateway.yaml: what is asked of every caller, before and after it has signed in. */
export const edgeSchema = z
  .strictObject({
    allowIps: allowIps.optional(),
    maxImageMegapixels: z.number().positive().max(10_000).default(50),
    webhooks: z.strictObject({ allowPrivate: z.boolean().default(false) }).default({ allowPrivate: false }),
  })
  .prefault({})
  .transform(({ allowIps: ranges, maxImageMegapixels, webhooks }): EdgeRules => ({
    ...(ranges && { allowIps: ranges }),
    maxImagePixels: Math.floor(maxImageMegapixels * megapixel),
    webhooks,
  }));
