import type { ChatAdapter } from '../contract.ts';
import { completeChat } from './complete-chat.ts';
import { streamChat } from './stream-chat.ts';
import type { PrefillDialect } from './request-body.ts';

/** Chat with a server whose wire is the client's: requests and answers pass through untouched. */
export function openAiWireChat(dialect: PrefillDialect): ChatAdapter {
  return {
    complete: (call) => completeChat(call, dialect),
    stream: (call) => streamChat(call, dialect),
  };
}

/** vLLM, SGLang, LM Studio and other servers behind an OpenAI-compatible address. */
export const openAiCompatibleChat = openAiWireChat('continue-final-message');
