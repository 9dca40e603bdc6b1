import { openAiWireChat } from '../openai-compatible/chat-adapter.ts';

/** api.openai.com. Its models answer a last assistant message, so its deployments never have the `prefill` capability. */
export const openAiChat = openAiWireChat('last-assistant-message');
