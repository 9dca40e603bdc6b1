import { activityInfo } from '@temporalio/activity';
import type { ChatCompletion, ChatCompletionRequest } from '../domain/chat.ts';
import { completionChunks } from '../domain/completion-chunks.ts';
import type { StreamEvent } from '../domain/stream-event.ts';
import type { AttemptKey } from '../platform/store/contract.ts';
import { unpack } from './carried-body.ts';
import type { ConcludeDraftInput } from './contracts.ts';
import type { Dependencies } from './dependencies.ts';
import { EventWriter } from './event-writer.ts';
import { readLog } from './stream-answer.ts';

/** Ends a draft that was held while others judged it: it is streamed to the client, or turned down. */
export function createConcludeDraft(dependencies: Dependencies) {
  return async ({ requestId, attempt, deployment, body, rejection }: ConcludeDraftInput): Promise<void> => {
    const key = { requestId, runId: activityInfo().workflowExecution?.runId ?? '', attempt };
    if (rejection) await dependencies.store.attempts.reject(key, rejection);
    else await streamDraft(dependencies, key, deployment, await unpack(body, dependencies.artifacts));
  };
}

/**
 * Writes an attempt's whole answer to the event log as the stream the client waits for. A delivery that was cut off is
 * gone on with; anything else that was delivered before is void.
 */
export async function streamDraft(
  { store, hub }: Dependencies,
  key: AttemptKey,
  deployment: string,
  body: ChatCompletionRequest,
): Promise<void> {
  const { requestId, attempt } = key;
  const answer = await store.attempts.answer(key);
  if (answer === undefined) return;
  const includeUsage = body.stream_options?.include_usage === true;
  const chunks = completionChunks(JSON.parse(answer) as ChatCompletion, { includeUsage }).map((chunk) =>
    JSON.stringify(chunk),
  );
  const log = await readLog(store.events, requestId);
  const delivered = deliveredChunks(log);
  const goesOn = delivered.every((json, index) => json === chunks[index]);
  const writer = new EventWriter({ requestId, log: store.events, hub, lastSeq: log.at(-1)?.seq ?? 0 });
  if (!goesOn || delivered.length === 0) await writer.write({ kind: 'attempt', deployment, attempt });
  if (!goesOn) await writer.write({ kind: 'restart', reason: 'The answer could not be continued and is given anew.' });
  for (const json of chunks.slice(goesOn ? delivered.length : 0)) await writer.write({ kind: 'chunk', json });
  await writer.drain();
}

/** Since the last restart. */
function deliveredChunks(log: readonly StreamEvent[]): string[] {
  const restart = log.findLastIndex(({ kind }) => kind === 'restart');
  return log.slice(restart + 1).flatMap((event) => (event.kind === 'chunk' ? event.json : []));
}
