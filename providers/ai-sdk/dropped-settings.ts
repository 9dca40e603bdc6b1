import type { SharedV4Warning } from '@ai-sdk/provider';
import { unsupported, type VendorRules } from './vendor-rules.ts';

/**
 * What only the SDK knows: settings a particular model cannot take, which it leaves out with a warning. Throws
 * `invalid_request` for those that change the answer. `seed` is a wish, and a lower bound on tokens shows in the
 * finish reason.
 */
export function assertNothingDropped(warnings: readonly SharedV4Warning[], rules: VendorRules): void {
  for (const warning of warnings) {
    const field = warning.type === 'unsupported' ? fields[warning.feature] : undefined;
    if (field !== undefined) throw unsupported(rules, field, `${field} as it was asked for with this model`);
  }
}

const fields: Record<string, string> = {
  temperature: 'temperature',
  topP: 'top_p',
  topK: 'top_k',
  presencePenalty: 'presence_penalty',
  frequencyPenalty: 'frequency_penalty',
  responseFormat: 'response_format',
  toolChoice: 'tool_choice',
  reasoning: 'reasoning_effort',
};
