import { createGoogle } from '@ai-sdk/google';
import { aiSdkChat } from '../ai-sdk/chat-adapter.ts';

/** Google's Gemini API. */
export const googleChat = aiSdkChat({
  rules: {
    vendor: 'Google',
    prefill: false,
    refused: new Set(['parallel_tool_calls']),
    jsonWithoutSchema: true,
    maxTemperature: 2,
  },
  model: (provider, modelId, fetch) =>
    createGoogle({ baseURL: provider.baseUrl, apiKey: provider.apiKey ?? '', headers: provider.headers, fetch })(
      modelId,
    ),
});
