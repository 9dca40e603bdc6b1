import { UnsupportedFunctionalityError } from '@ai-sdk/provider';
import { GatewayError } from '../../domain/errors.ts';
import type { ChatCall } from '../contract.ts';
import { isRecord } from '../json.ts';

/**
 * What an error thrown by an AI SDK model means: what our own `fetch` threw (the SDK may have wrapped it), a request
 * it cannot express for the vendor, or an answer it could not read.
 */
export function errorFromAiSdk(error: unknown, { signal, deployment }: ChatCall): unknown {
  if (signal.aborted) return signal.reason;
  const ours = gatewayErrorIn(error);
  if (ours !== undefined) return ours;
  if (UnsupportedFunctionalityError.isInstance(error)) {
    return new GatewayError({
      type: 'not_supported',
      message: `${deployment.provider.name} does not support this: ${error.functionality}`,
      param: 'messages',
    });
  }
  // The SDK's messages quote the answer, so they stay in the cause.
  return new GatewayError(
    { type: 'provider_protocol', message: `${deployment.provider.name}: the answer is not of its wire format` },
    { cause: error },
  );
}

function gatewayErrorIn(error: unknown): GatewayError | undefined {
  for (let link = error; isRecord(link); link = link['cause']) {
    if (link instanceof GatewayError) return link;
  }
  return undefined;
}
