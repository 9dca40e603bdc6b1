import type { ChatCompletionChunk } from '../../domain/chat.ts';
import { GatewayError, type GatewayErrorInfo } from '../../domain/errors.ts';
import type { ChatAdapter, ChatCall, ProviderChunk } from '../../providers/contract.ts';

/** Reads a stream to its end. */
export async function collect(stream: AsyncIterable<ProviderChunk>): Promise<ProviderChunk[]> {
  const chunks: ProviderChunk[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return chunks;
}

/** Text of the first choice. */
export function streamedText(chunks: readonly ProviderChunk[]): string {
  return chunks.map(({ chunk }) => contentOf(chunk)).join('');
}

function contentOf(chunk: ChatCompletionChunk): string {
  return chunk.choices.map((choice) => (choice.index === 0 ? (choice.delta.content ?? '') : '')).join('');
}

/** The text of an answer, asked for as the call says: as a stream or as one completion. */
export async function answerText(adapter: ChatAdapter, call: ChatCall): Promise<string> {
  if (call.stream) return streamedText(await collect(adapter.stream(call)));
  const { completion } = await adapter.complete(call);
  return completion.choices[0]?.message.content ?? '';
}

/** What a call fails with; throws where it does not fail as a GatewayError. */
export async function failureOf(answer: Promise<unknown>): Promise<GatewayErrorInfo> {
  try {
    await answer;
  } catch (error) {
    if (error instanceof GatewayError) return error.info;
    throw error;
  }
  throw new Error('The call was answered');
}
