import { GatewayError } from '../domain/errors.ts';
import type { ChatCall } from './contract.ts';

/** A provider that would answer the text instead of continuing it must not be asked: the joined text would be garbled. */
export function cannotContinue({ deployment }: ChatCall): GatewayError {
  return new GatewayError({
    type: 'provider_protocol',
    message: `${deployment.provider.name} cannot continue a text; take "prefill" out of the capabilities of ${deployment.name}`,
  });
}
