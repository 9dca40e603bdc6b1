import { setTimeout as delay } from 'node:timers/promises';
import { activityInfo, cancellationSignal } from '@temporalio/activity';
import type { CacheUse } from '../domain/cache/cache-options.ts';
import { exactQuestion, openQuestion } from '../domain/cache/cached-question.ts';
import { coreOf, wordingSimilarity } from '../domain/cache/wording.ts';
import type { ChatCompletion, ChatCompletionRequest } from '../domain/chat.ts';
import type { KeptAnswer, KeptQuestion } from '../platform/store/kept-answers-contract.ts';
import { unpack } from './carried-body.ts';
import { streamDraft } from './conclude-draft.ts';
import type { Recalled, RecallInput } from './contracts.ts';
import type { Dependencies } from './dependencies.ts';
import { conclude } from './conclude.ts';

/** Stands for no call of a model: the first one is attempt 1. */
const keptAttempt = 0;
/** Questions of the same core that are compared. */
const maxNear = 20;
/** How long a request waits for another one's answer before it asks for itself. */
const patienceMs = 30_000;
const pollMs = 100;
/** How long a claim keeps others waiting at most, in case its request never ends. */
const claimMs = 60_000;

/**
 * Gives a request an answer that was given before, where there is one. Where an equal request is being answered, waits
 * for that; otherwise this request's answer will be kept (`settle`).
 */
export function createRecall(dependencies: Dependencies) {
  const { store, artifacts } = dependencies;
  return async (input: RecallInput): Promise<Recalled> => {
    const body = await unpack(input.body, artifacts);
    const kept = await keptFor(dependencies, await questionOf(dependencies, input, body), input);
    if (!kept) return {};
    const key = {
      requestId: input.requestId,
      runId: activityInfo().workflowExecution?.runId ?? '',
      attempt: keptAttempt,
    };
    const { deployment, usage, answer } = kept;
    const startedAt = new Date();
    await store.requests.begin(key.requestId, key.runId);
    const turn = await store.attempts.begin(key, { deployment, startedAt });
    if (turn.kind !== 'ended') {
      const end = { outcome: 'cached' as const, answer, costMicroUsd: 0, latencyMs: Date.now() - startedAt.getTime() };
      await store.attempts.end(key, turn.ordinal, { ...end, ...(usage && { usage }) });
    }
    if (input.stream) await streamDraft(dependencies, key, deployment, body);
    const { requestId, tenant, alias } = input;
    const answeredBy = { attempt: key.attempt, deployment };
    await conclude(dependencies, { requestId, runId: key.runId, tenant, alias, status: 'completed', answeredBy });
    return { answeredBy };
  };
}

/** `text`: the words that are compared with those of other questions, where they are to be. */
type AskedQuestion = KeptQuestion & { text?: string };

async function keptFor(
  { store }: Dependencies,
  question: AskedQuestion,
  { requestId, cache }: RecallInput,
): Promise<KeptAnswer | undefined> {
  const near = nearest(await store.keptAnswers.near(question, maxNear), cache, question);
  if (near) return near;
  const giveUpAtMs = Date.now() + patienceMs;
  while (Date.now() < giveUpAtMs) {
    const claim = await store.keptAnswers.claim(question, requestId, new Date(Date.now() + claimMs));
    if (claim.kind === 'mine') return undefined;
    if (claim.kind === 'kept') return claim.kept;
    await delay(pollMs, undefined, { signal: cancellationSignal() });
  }
  return undefined;
}

function nearest(
  candidates: readonly KeptAnswer[],
  { threshold }: CacheUse,
  { text }: AskedQuestion,
): KeptAnswer | undefined {
  if (text === undefined) return undefined;
  return candidates
    .map((kept) => ({ kept, similarity: wordingSimilarity(text, kept.question ?? '') }))
    .filter(({ similarity }) => similarity >= threshold)
    .toSorted((a, b) => b.similarity - a.similarity)
    .at(0)?.kept;
}

/** Keeps a finished answer for equal questions, or lets whoever waits for it ask. */
export async function keepAnswer(
  dependencies: Dependencies,
  input: Pick<RecallInput, 'requestId' | 'tenant' | 'cache' | 'body'>,
  answeredBy: { deployment: string } | undefined,
): Promise<void> {
  const { store, artifacts } = dependencies;
  const { requestId, tenant, cache } = input;
  const body = await unpack(input.body, artifacts);
  const question = await questionOf(dependencies, input, body);
  const answer = answeredBy && (await store.requests.result(tenant, requestId));
  const completion = answer === undefined ? undefined : (JSON.parse(answer) as ChatCompletion);
  if (!answeredBy || answer === undefined || !completion || !isWhole(completion)) {
    await store.keptAnswers.release(question, requestId);
    return;
  }
  const { usage } = completion;
  const { text } = question;
  const kept = {
    answer,
    deployment: answeredBy.deployment,
    ...(usage && { usage }),
    ...(text !== undefined && { question: text }),
  };
  await store.keptAnswers.keep(question, requestId, kept, new Date(Date.now() + cache.ttlSeconds * 1_000));
}

/** An answer that was cut short, or filtered, is not worth giving twice. */
function isWhole({ choices }: ChatCompletion): boolean {
  return choices.every(({ finish_reason: reason }) => reason === 'stop' || reason === 'tool_calls');
}

async function questionOf(
  { store }: Dependencies,
  { tenant, cache }: Pick<RecallInput, 'tenant' | 'cache'>,
  body: ChatCompletionRequest,
): Promise<AskedQuestion> {
  const digest = (parts: string[]) => store.vault.digestOf(tenant, 'kept answers', JSON.stringify(parts));
  const key = await digest(['exact', cache.scope, exactQuestion(body)]);
  const open = cache.mode === 'semantic' ? openQuestion(body) : undefined;
  const core = open && coreOf(open.text);
  if (!open) return { tenant, key };
  const { text, context } = open;
  return { tenant, key, text, ...(core && { coreKey: await digest(['core', cache.scope, context, core]) }) };
}
