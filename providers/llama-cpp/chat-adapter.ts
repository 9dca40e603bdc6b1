import { openAiWireChat } from '../openai-compatible/chat-adapter.ts';

/** llama.cpp's `llama-server`. It continues a last assistant message by itself. */
export const llamaCppChat = openAiWireChat('last-assistant-message');
