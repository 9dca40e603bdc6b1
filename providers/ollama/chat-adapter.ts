import { openAiWireChat } from '../openai-compatible/chat-adapter.ts';

/** Ollama through its OpenAI-compatible `/v1`. It continues a last assistant message by itself. */
export const ollamaChat = openAiWireChat('last-assistant-message');
