import { createAnthropic } from '@ai-sdk/anthropic';
import { aiSdkChat } from '../ai-sdk/chat-adapter.ts';

/**
 * Anthropic's Messages API. `seed` is ignored, as a wish that no vendor promises to fulfil. Only the older models
 * continue a last assistant message: an operator says so by the `prefill` capability of the deployment.
 */
export const anthropicChat = aiSdkChat({
  rules: {
    vendor: 'Anthropic',
    prefill: true,
    refused: new Set(['presence_penalty', 'frequency_penalty']),
    jsonWithoutSchema: false,
    maxTemperature: 1,
  },
  model: (provider, modelId, fetch) =>
    createAnthropic({ baseURL: provider.baseUrl, apiKey: provider.apiKey ?? '', headers: provider.headers, fetch })(
      modelId,
    ),
});
