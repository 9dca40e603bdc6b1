import type { ChatCompletion, ChatCompletionChunk } from '../domain/chat.ts';
import { createChatAccumulator } from '../domain/chat-accumulator.ts';
import { createContinuation, type Continued, type Delivered } from '../domain/continuation.ts';
import { type DeliveredLog, deliveredFrom } from '../domain/delivered.ts';
import type { ChatCompletionRequest } from '../domain/chat.ts';
import type { Deployment } from '../domain/deployment.ts';
import { showStream } from '../domain/privacy/answer/streamed-answer.ts';
import { serverCapabilities } from '../domain/provider-defaults.ts';
import type { ReportedQuota } from '../domain/routing/figures.ts';
import type { StreamEvent } from '../domain/stream-event.ts';
import type { ProviderChunk } from '../providers/contract.ts';
import type { EventLog } from '../platform/store/contract.ts';
import type { CallClock } from './call-clock.ts';
import type { Dependencies } from './dependencies.ts';
import { EventWriter } from './event-writer.ts';
import type { AttemptCall, StreamedAnswer } from './attempt-call.ts';

const logPageSize = 1000;

/**
 * Streams one deployment's answer into the request's event log, after what the log holds already.
 * @returns the whole answer, of which parts may stem from earlier attempts.
 */
export async function streamAnswer(
  { store, hub, adapterFor, live }: Dependencies,
  { input, deployment, body, clock, signal, traceHeaders, shown }: AttemptCall,
  streamed: StreamedAnswer,
): Promise<ChatCompletion> {
  const log = deliveredFrom(await readLog(store.events, input.requestId));
  if (log.answer && log.answer.finishedChoices >= (body.n ?? 1)) return accumulated(log.chunks).completion();

  const writer = new EventWriter({ requestId: input.requestId, log: store.events, hub, lastSeq: log.lastSeq });
  const delivered = prefillFor(log.answer, deployment, body);
  const prefill = delivered === undefined ? undefined : (shown?.hide(delivered) ?? delivered);
  const join = joiner(log, prefill !== undefined);
  const wantsUsage = body.stream_options?.include_usage === true;
  let answer = accumulated(log.chunks);
  const forCaller = shown && showStream(shown, body.n ?? 1);

  const call = {
    deployment,
    body,
    stream: true,
    keptInside: input.privacy?.localOnly === true,
    signal,
    onQuota: (quota: ReportedQuota) => live.learnQuota(deployment.name, quota),
    ...(prefill !== undefined && { prefill }),
    ...(traceHeaders && { traceHeaders }),
  };
  let begun = false;
  for await (const arrived of heard(adapterFor(deployment.provider.kind).stream(call), clock)) {
    if (streamed.firstTokenAtMs !== undefined) clock.chunkSeen();
    else if (saysSomething(arrived.chunk)) {
      streamed.firstTokenAtMs = Date.now();
      clock.firstTokenSeen();
    }
    if (!begun) await writer.write({ kind: 'attempt', deployment: deployment.name, attempt: input.attempt });
    begun = true;
    streamed.ownText += textOf(arrived.chunk);
    if (arrived.chunk.usage) streamed.usage = arrived.chunk.usage;
    const said = forCaller?.next(arrived.chunk);
    const { restart, chunks } = join(said ?? arrived);
    if (restart) {
      answer = createChatAccumulator();
      await writer.write({ kind: 'restart', reason: 'The answer could not be continued and is given anew.' });
    }
    for (const { chunk, raw } of chunks) {
      answer.add(chunk);
      const usageOnly = chunk.choices.length === 0 && chunk.usage != null;
      if (!usageOnly || wantsUsage) await writer.write({ kind: 'chunk', json: raw ?? JSON.stringify(chunk) });
    }
    // Leaving the loop closes the provider's connection.
    if (said?.stopped) break;
  }
  await writer.drain();
  return answer.completion();
}

/** Of two calls for one answer the first that says something is heard; what it sends before that is held back. */
async function* heard(chunks: AsyncIterable<ProviderChunk>, clock: CallClock): AsyncGenerator<ProviderChunk, void> {
  let silent: ProviderChunk[] | undefined = clock.isRaced ? [] : undefined;
  for await (const arrived of chunks) {
    if (silent && !saysSomething(arrived.chunk)) {
      silent.push(arrived);
      continue;
    }
    if (silent) clock.answerBegins();
    yield* silent ?? [];
    silent = undefined;
    yield arrived;
  }
  if (silent) clock.answerBegins();
  yield* silent ?? [];
}

/** Chunks pass as they are while they begin the answer; behind a delivered part they are joined to it. */
function joiner(
  log: DeliveredLog,
  prefilled: boolean,
): (arrived: ProviderChunk) => { restart: boolean; chunks: ProviderChunk[] } {
  if (!log.answer) return (arrived) => ({ restart: false, chunks: [arrived] });
  const continuation = createContinuation(log.answer, prefilled ? 'prefill' : 'anew');
  return ({ chunk }) => {
    const { restart, chunks }: Continued = continuation.next(chunk);
    return { restart, chunks: chunks.map((joined) => ({ chunk: joined })) };
  };
}

/** The delivered text, where this deployment can go on from it. */
function prefillFor(
  delivered: Delivered | undefined,
  deployment: Deployment,
  body: ChatCompletionRequest,
): string | undefined {
  if (!delivered?.plain || delivered.text === '') return undefined;
  if ((body.n ?? 1) > 1 || body.tools?.length || body.response_format || body.logprobs) return undefined;
  const can = deployment.capabilities ?? serverCapabilities(deployment.provider.kind);
  return can.includes('prefill') ? delivered.text : undefined;
}

/** All events of a request so far. */
export async function readLog(log: EventLog, requestId: string): Promise<StreamEvent[]> {
  const events: StreamEvent[] = [];
  for (;;) {
    const page = await log.read(requestId, events.at(-1)?.seq ?? 0, logPageSize);
    events.push(...page);
    if (page.length < logPageSize) return events;
  }
}

function accumulated(chunks: readonly ChatCompletionChunk[]) {
  const accumulator = createChatAccumulator();
  for (const chunk of chunks) accumulator.add(chunk);
  return accumulator;
}

/** A first chunk often holds no more than who speaks. */
function saysSomething({ choices }: ChatCompletionChunk): boolean {
  return choices.some(
    ({ delta, finish_reason: reason }) =>
      reason != null ||
      Object.entries(delta).some(([field, value]) => field !== 'role' && value != null && value !== ''),
  );
}

function textOf(chunk: ChatCompletionChunk): string {
  return chunk.choices
    .map(
      ({ delta }) =>
        `${delta.content ?? ''}${(delta.tool_calls ?? []).map((call) => call.function?.arguments ?? '').join('')}`,
    )
    .join('');
}
