import type { ChatCompletionRequest, ChatMessage } from '../chat.ts';
import { canonicalJson } from '../canonical-json.ts';

/** How an answer travels and whose it is does not change what is asked. */
const delivery: ReadonlySet<string> = new Set(['model', 'stream', 'stream_options', 'user', 'metadata', 'store']);

/**
 * What is asked, as one text: equal texts ask the same of the same deployments. The model's name is left out, because
 * the deployments it stands for are part of the scope.
 */
export function exactQuestion(body: ChatCompletionRequest): string {
  return canonicalJson(asked(body));
}

/**
 * The same with the words of the last message taken out of it, for questions that are to be compared by their meaning.
 * Undefined where the last message is not a user's plain text.
 */
export function openQuestion(body: ChatCompletionRequest): { context: string; text: string } | undefined {
  const last = body.messages.at(-1);
  const text = last?.role === 'user' ? plainText(last) : undefined;
  if (text === undefined || text.trim() === '') return undefined;
  const messages = [...body.messages.slice(0, -1), { ...last, content: '' }];
  return { context: canonicalJson({ ...asked(body), messages }), text };
}

function asked(body: ChatCompletionRequest): Record<string, unknown> {
  return Object.fromEntries(Object.entries(body).filter(([field, value]) => !delivery.has(field) && value !== null));
}

function plainText({ content }: ChatMessage): string | undefined {
  if (typeof content === 'string') return content;
  const [part, ...more] = content ?? [];
  return more.length === 0 && part?.type === 'text' && typeof part['text'] === 'string' ? part['text'] : undefined;
}
