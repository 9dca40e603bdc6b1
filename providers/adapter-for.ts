import type { ProviderKind } from '../domain/deployment.ts';
import type { ChatAdapter } from './contract.ts';
import { llamaCppChat } from './llama-cpp/chat-adapter.ts';
import { ollamaChat } from './ollama/chat-adapter.ts';
import { openAiCompatibleChat } from './openai-compatible/chat-adapter.ts';
import { openAiChat } from './openai/chat-adapter.ts';

const adapters: Partial<Record<ProviderKind, ChatAdapter>> = {
  openai: openAiChat,
  'openai-compatible': openAiCompatibleChat,
  ollama: ollamaChat,
  'llama-cpp': llamaCppChat,
};

/** The adapter that speaks a provider's wire. */
export function adapterFor(kind: ProviderKind): ChatAdapter {
  const adapter = adapters[kind];
  if (adapter === undefined) throw new Error(`No chat adapter for ${kind}`);
  return adapter;
}
