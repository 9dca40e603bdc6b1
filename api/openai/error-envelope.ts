import type { Response } from 'express';
import { z } from 'zod';
import { gatewayErrors, type GatewayErrorInfo } from '../../domain/errors.ts';

/** OpenAI's error object, as its clients read it. Source: OpenAI API reference, "Error codes". */
export const errorEnvelopeSchema = z.object({
  error: z.object({ message: z.string(), type: z.string(), code: z.string(), param: z.string().nullable() }),
});

export type OpenAiErrorEnvelope = z.output<typeof errorEnvelopeSchema>;

/** Codes that OpenAI's clients and their users already test for; every other code is the gateway's own word. */
const openAiCodes: Partial<Record<GatewayErrorInfo['type'], string>> = {
  authentication_failed: 'invalid_api_key',
  rate_limited: 'rate_limit_exceeded',
};

export function errorEnvelope(info: GatewayErrorInfo): OpenAiErrorEnvelope {
  return {
    error: {
      message: info.message,
      type: gatewayErrors[info.type].openaiType,
      code: openAiCodes[info.type] ?? info.type,
      param: info.param ?? null,
    },
  };
}

/** Answers with the error's status, `Retry-After` in whole seconds (rounded up) and the envelope. */
export function sendError(res: Response, info: GatewayErrorInfo): void {
  const { status } = gatewayErrors[info.type];
  if (info.retryAfterMs !== undefined) res.setHeader('retry-after', String(Math.ceil(info.retryAfterMs / 1000)));
  if (status === 401) res.setHeader('www-authenticate', 'Bearer');
  res.status(status).json(errorEnvelope(info));
}
