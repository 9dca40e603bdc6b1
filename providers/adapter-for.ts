import type { ProviderKind } from '../domain/deployment.ts';
import { anthropicChat } from './anthropic/chat-adapter.ts';
import type { ChatAdapter } from './contract.ts';
import { googleChat } from './google/chat-adapter.ts';
import { llamaCppChat } from './llama-cpp/chat-adapter.ts';
import { ollamaChat } from './ollama/chat-adapter.ts';
import { openAiCompatibleChat } from './openai-compatible/chat-adapter.ts';
import { openAiChat } from './openai/chat-adapter.ts';

const adapters: Record<ProviderKind, ChatAdapter> = {
  openai: openAiChat,
  'openai-compatible': openAiCompatibleChat,
  anthropic: anthropicChat,
  google: googleChat,
  ollama: ollamaChat,
  'llama-cpp': llamaCppChat,
};

/** The adapter that speaks a provider's wire. */
export function adapterFor(kind: ProviderKind): ChatAdapter {
  return adapters[kind];
}
