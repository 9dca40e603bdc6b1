import { openAiWireChat } from '../openai-compatible/chat-adapter.ts';

/** api.openai.com. Its models answer a last assistant message, they do not continue it. */
export const openAiChat = openAiWireChat('none');
