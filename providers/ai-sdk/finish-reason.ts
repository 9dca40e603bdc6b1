import type { LanguageModelV4FinishReason } from '@ai-sdk/provider';
import type { FinishReason } from '../../domain/chat.ts';
import { GatewayError } from '../../domain/errors.ts';
import type { ChatCall } from '../contract.ts';

/**
 * OpenAI's name for how the answer ended; undefined where it was cut off. Throws `provider_protocol` where the vendor
 * says itself that it failed or gives a reason that means neither: such an answer must not pass as a whole one.
 */
export function finishReasonOf(
  { unified, raw }: LanguageModelV4FinishReason,
  call: ChatCall,
): FinishReason | undefined {
  switch (unified) {
    case 'stop':
    case 'length':
      return unified;
    case 'content-filter':
      return 'content_filter';
    case 'tool-calls':
      return 'tool_calls';
    case 'interrupted':
      return undefined;
    default:
      if (raw === undefined) return undefined;
      throw new GatewayError({
        type: 'provider_protocol',
        message: `${call.deployment.provider.name}: the answer ended with ${raw.slice(0, 60)}`,
      });
  }
}
