import { z } from 'zod';
import { cacheModes, maxTtlSeconds } from '../../domain/cache/cache-options.ts';
import { GatewayError } from '../../domain/errors.ts';
import type { QualityOfService } from '../ports.ts';

const weight = z.number().min(0).max(1).exactOptional();

/** Weights of a request: at least one of them above 0. */
const qualityOfService = z
  .strictObject({ cost: weight, latency: weight, quality: weight })
  .refine((weights) => Object.values(weights).some((value) => value > 0), {
    error: 'must give at least one of cost, latency and quality a weight above 0',
  });

/**
 * The `gateway` field of a body: what the gateway itself does with the request; never forwarded. Strict, because an
 * option that is swallowed is worse than a refusal.
 */
export const gatewayOptions = z.strictObject({
  qos: qualityOfService.exactOptional(),
  policy: z
    .string()
    .regex(/^[\w.-]{1,128}$/)
    .exactOptional(),
  maxCostUsd: z.number().positive().max(1_000_000).exactOptional(),
  timeoutMs: z.int().min(1).max(86_400_000).exactOptional(),
  webhookUrl: z.string().min(1).max(8192).exactOptional(),
  cache: z
    .union([
      z.boolean(),
      z.enum(cacheModes),
      z.strictObject({
        mode: z.enum(cacheModes).exactOptional(),
        ttlSeconds: z.int().min(1).max(maxTtlSeconds).exactOptional(),
        threshold: z.number().min(0).max(1).exactOptional(),
      }),
    ])
    .exactOptional(),
});

/** `cost=0.6,latency=0.3,quality=0.1`, the header form of `gateway.qos`. Throws `invalid_request`. */
export function parseQosHeader(header: string): QualityOfService {
  const entries = header.split(',', 4).map((entry): [string, number] => {
    const [key = '', value = ''] = entry.split('=', 2);
    return [key.trim(), /^\s*\d*\.?\d+\s*$/.test(value) ? Number(value) : Number.NaN];
  });
  const parsed = qualityOfService.safeParse(Object.fromEntries(entries));
  if (!parsed.success || new Set(entries.map(([key]) => key)).size !== entries.length) {
    throw new GatewayError({
      type: 'invalid_request',
      message: 'x-gateway-qos must look like cost=0.6,latency=0.3,quality=0.1 with weights from 0 to 1.',
      param: 'x-gateway-qos',
    });
  }
  return parsed.data;
}
