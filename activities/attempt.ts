import type { ChatCompletion, ChatCompletionRequest, ChatUsage } from '../domain/chat.ts';
import { costMicroUsd } from '../domain/cost.ts';
import type { Deployment } from '../domain/deployment.ts';
import { GatewayError } from '../domain/errors.ts';
import { routedDeployment } from '../domain/gateway-config.ts';
import { estimateTokens } from '../domain/estimate-tokens.ts';
import { estimateUsage } from '../domain/estimate-usage.ts';
import type { AttemptEnd, AttemptKey } from '../platform/store/contract.ts';
import type { AnswerText } from '../domain/privacy/answer/answer-text.ts';
import { showCompletion } from '../domain/privacy/answer/whole-answer.ts';
import { rewriteRequest } from '../domain/privacy/rewrite-request.ts';
import { inputTokensOf } from '../domain/routing/request-features.ts';
import { toFailure } from './application-failure.ts';
import type { AttemptCall, StreamedAnswer } from './attempt-call.ts';
import type { CallClock } from './call-clock.ts';
import { inlineLimitBytes, unpack } from './carried-body.ts';
import { streamDraft } from './conclude-draft.ts';
import type { CallModelInput, ModelAnswer } from './contracts.ts';
import type { Dependencies } from './dependencies.ts';
import { answerTextFor, refuseOutside } from './restore-answer.ts';
import { conclude } from './conclude.ts';
import { withinMeans } from './cost-cap.ts';
import { streamAnswer } from './stream-answer.ts';
import { keepTurn, takeTurn } from './take-turn.ts';
import { traceAttempt } from './trace-attempt.ts';
import { bodyFor, rejectionOf, withoutAddedLogprobs } from './verify-draft.ts';

/** Of a body too large to be looked into before its call. */
const bytesPerToken = 4;

/**
 * Calls the model and records how it went. A step that is run again answers with what was recorded, and calls the
 * model again only where the process died before anything was. Of two processes that are given the same step, one works
 * and the other waits for its outcome.
 * @throws ApplicationFailure with the cost so far; the abort reason where the worker is going down.
 */
export async function runAttempt(
  dependencies: Dependencies,
  key: AttemptKey,
  input: CallModelInput,
  clock: CallClock,
): Promise<ModelAnswer> {
  const { attempts, requests } = dependencies.store;
  await requests.begin(key.requestId, key.runId);
  const shown = await answerTextFor(dependencies, input);
  const costSoFar = estimatedCost(input, routedDeployment(dependencies.config(), input.deployment));
  for (;;) {
    const turn = await takeTurn(attempts, key, { deployment: input.deployment, costMicroUsd: costSoFar('') }, clock);
    if (turn.kind === 'ended') {
      const answer = answerFrom(turn.end, input.deployment, shown);
      await release(dependencies, key, input);
      return answer;
    }
    const lost = new AbortController();
    const streamed: StreamedAnswer = { ownText: '' };
    const stop = keepTurn(attempts, key, turn.ordinal, {
      costMicroUsd: () => costSoFar(streamed.ownText),
      onLost: (conflict) => lost.abort(conflict),
    });
    try {
      const taken = { key, ordinal: turn.ordinal, lost: lost.signal, shown, streamed };
      return await runTry(dependencies, taken, input, clock);
    } catch (error) {
      if (!(error instanceof GatewayError) || error.type !== 'conflict') throw error;
      clock.endCall();
    } finally {
      stop();
    }
  }
}

/** A try of an attempt that is this process' to make. */
interface TakenTry {
  key: AttemptKey;
  ordinal: number;
  /** Aborted when another process has taken it over. */
  lost: AbortSignal;
  shown: AnswerText | undefined;
  streamed: StreamedAnswer;
}

/** What a call has cost that is never heard of again, in micro-USD, given the text that had come of its answer. */
function estimatedCost({ body }: CallModelInput, deployment: Deployment | undefined): (answer: string) => number {
  const price = deployment?.price;
  if (!price) return () => 0;
  const inputTokens = body.kind === 'inline' ? inputTokensOf(body.value) : Math.ceil(body.sizeBytes / bytesPerToken);
  return (answer) => {
    const outputTokens = estimateTokens(answer);
    const usage = { prompt_tokens: inputTokens, completion_tokens: outputTokens };
    return costMicroUsd({ ...usage, total_tokens: inputTokens + outputTokens }, price);
  };
}

/** @throws GatewayError `conflict` where another process has taken the attempt over; else as `runAttempt`. */
async function runTry(
  dependencies: Dependencies,
  { key, ordinal, lost, shown, streamed }: TakenTry,
  input: CallModelInput,
  clock: CallClock,
): Promise<ModelAnswer> {
  const { store, metrics } = dependencies;
  let body: ChatCompletionRequest | undefined;
  const end = async (fields: Omit<AttemptEnd, 'latencyMs'>): Promise<AttemptEnd> => {
    const ended: AttemptEnd = { ...fields, latencyMs: Date.now() - clock.startedAtMs };
    await store.attempts.end(key, ordinal, ended);
    const errorType = ended.error?.type;
    metrics.attemptEnded(
      { deployment: input.deployment, outcome: ended.outcome, ...(errorType && { errorType }) },
      ended.latencyMs,
    );
    return ended;
  };
  const deployment = routedDeployment(dependencies.config(), input.deployment);
  try {
    if (!deployment) throw removedDeployment(input.deployment);
    refuseOutside(input, deployment);
    if (dependencies.live.isDrained(deployment.name)) throw drainedDeployment(deployment.name);
    const asked = await unpack(input.body, dependencies.artifacts);
    const meant = await bodyFor(input.purpose, asked, { attempts: store.attempts, key, deployment });
    // What a judge reads of an answer was meant for the caller.
    const sent = shown ? rewriteRequest(meant, shown.hide) : meant;
    body = withinMeans(input, sent, deployment);
    const signal = AbortSignal.any([clock.signal, lost]);
    const call = { input, deployment, body, clock, signal, shown };
    const answer = await whenThereIsRoom(dependencies, call, streamed, (traced) =>
      callDeployment(dependencies, traced, streamed),
    );
    const rejection = rejectionOf(input.purpose, asked, answer.said, input.deployment);
    const { text, completion } = withoutAddedLogprobs(answer, asked, body);
    const usage = completion.usage ?? estimateUsage(body, answerText(completion));
    const ended = await end({
      outcome: rejection ? 'rejected' : outcomes[input.purpose?.kind ?? 'draft'],
      answer: text,
      usage,
      costMicroUsd: costOf(usage, deployment),
      ...(rejection && { error: rejection.info }),
    });
    if (rejection) throw toFailure(rejection, ended.costMicroUsd);
    if (ended.outcome === 'succeeded') dependencies.router.answered(input.requestId, usage, ended.costMicroUsd);
    await release(dependencies, key, input);
    if (input.concludes) {
      await clock.othersEnded();
      const answeredBy = { attempt: key.attempt, deployment: input.deployment };
      const { requestId, runId } = key;
      const { tenant, concludes } = input;
      await conclude(dependencies, { requestId, runId, tenant, ...concludes, status: 'completed', answeredBy });
    }
    return shownInHistory(ended, completion, input.deployment, shown);
  } catch (error) {
    if (!(error instanceof GatewayError) || error.type === 'conflict' || error.type === 'not_ready') throw error;
    const usage =
      streamed.firstTokenAtMs === undefined || !body
        ? undefined
        : (streamed.usage ?? estimateUsage(body, streamed.ownText));
    const cost = usage && deployment ? costOf(usage, deployment) : 0;
    const outcome = error.type === 'cancelled' || error.type === 'overtaken' ? 'cancelled' : 'failed';
    await end({ outcome, ...(usage && { usage }), costMicroUsd: cost, error: error.info });
    throw toFailure(error, cost);
  } finally {
    if (streamed.firstTokenAtMs !== undefined) {
      metrics.firstToken({ deployment: input.deployment }, streamed.firstTokenAtMs - clock.startedAtMs);
    }
  }
}

/** How a call ends that went well. */
const outcomes = { draft: 'succeeded', sample: 'sampled', judge: 'judged' } as const;

/** A draft that has passed all that judges it goes to a client that waits for a stream. */
async function release(dependencies: Dependencies, key: AttemptKey, input: CallModelInput): Promise<void> {
  if (input.purpose?.kind !== 'draft' || !input.purpose.released || !input.purpose.streamed) return;
  await streamDraft(dependencies, key, input.deployment, await unpack(input.body, dependencies.artifacts));
}

/** Waits for a place within the deployment's limits, and makes the call under the eyes of all who learn from it. */
async function whenThereIsRoom<T extends { completion: ChatCompletion }>(
  { limits, live }: Dependencies,
  call: AttemptCall,
  streamed: StreamedAnswer,
  work: (traced: AttemptCall) => Promise<T>,
): Promise<T> {
  const { input, deployment, body, clock, signal } = call;
  const maxTokens = body.max_completion_tokens ?? body.max_tokens;
  const watched = { stream: input.stream, streamed, ...(maxTokens != null && { maxTokens }) };
  const answer = await limits.within(deployment, signal, () => {
    clock.beginCall(input.stream, deployment.timeouts, live.lateAfterMs(deployment.name, watched));
    return live.watch(deployment.name, watched, () => traceAttempt(call, streamed, work));
  });
  clock.endCall();
  return answer;
}

async function callDeployment(
  dependencies: Dependencies,
  call: AttemptCall,
  streamed: StreamedAnswer,
): Promise<{ text: string; completion: ChatCompletion; said: ChatCompletion }> {
  const { input, deployment, body, clock, signal, traceHeaders, shown } = call;
  if (input.stream) {
    const completion = await streamAnswer(dependencies, call, streamed);
    return { text: JSON.stringify(completion), completion, said: completion };
  }
  const { completion: said, raw } = await dependencies.adapterFor(deployment.provider.kind).complete({
    deployment,
    body,
    stream: false,
    keptInside: input.privacy?.localOnly === true,
    signal,
    onQuota: (quota) => dependencies.live.learnQuota(deployment.name, quota),
    ...(traceHeaders && { traceHeaders }),
  });
  billWhereOvertaken(clock, said, streamed);
  const completion = shown ? showCompletion(said, shown) : said;
  return { text: (shown ? undefined : raw) ?? JSON.stringify(completion), completion, said };
}

/** A whole answer that came too late was charged all the same. */
function billWhereOvertaken(clock: CallClock, completion: ChatCompletion, streamed: StreamedAnswer): void {
  try {
    clock.answerBegins();
  } catch (error) {
    streamed.firstTokenAtMs = Date.now();
    streamed.ownText = answerText(completion);
    if (completion.usage) streamed.usage = completion.usage;
    throw error;
  }
}

/** Answers with an end that an earlier run of this step recorded. @throws ApplicationFailure where that had failed. */
function answerFrom(end: AttemptEnd, deployment: string, shown: AnswerText | undefined): ModelAnswer {
  if (end.error || end.answer === undefined) {
    const info = end.error ?? { type: 'internal_error', message: 'The attempt ended without an answer.' };
    throw toFailure(new GatewayError(info), end.costMicroUsd);
  }
  return shownInHistory(end, JSON.parse(end.answer) as ChatCompletion, deployment, shown);
}

/** What the history keeps of an answer, placeholders left in; the whole of it lies in the database. */
function shownInHistory(
  end: AttemptEnd,
  completion: ChatCompletion,
  deployment: string,
  shown: AnswerText | undefined,
): ModelAnswer {
  const said = answerText(completion);
  const text = shown?.hide(said) ?? said;
  return {
    deployment,
    finishReasons: completion.choices.map((choice) => choice.finish_reason),
    ...(end.usage && { usage: end.usage }),
    costMicroUsd: end.costMicroUsd,
    ...(Buffer.byteLength(text) <= inlineLimitBytes && { text }),
  };
}

function answerText(completion: ChatCompletion): string {
  return completion.choices
    .map(({ message }) =>
      [message.content ?? '', ...(message.tool_calls ?? []).map((call) => JSON.stringify(call.function))].join('\n'),
    )
    .join('\n')
    .trim();
}

function costOf(usage: ChatUsage, deployment: Deployment): number {
  return deployment.price ? costMicroUsd(usage, deployment.price) : 0;
}

function drainedDeployment(name: string): GatewayError {
  return new GatewayError({ type: 'provider_unavailable', message: `'${name}' was drained by an operator.` });
}

function removedDeployment(name: string): GatewayError {
  return new GatewayError({
    type: 'provider_model_missing',
    message: `The deployment '${name}' is no longer in the configuration.`,
  });
}
