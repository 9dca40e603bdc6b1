import { ApplicationFailure, isCancellation } from '@temporalio/workflow';
import type { CallModelInput, FailureDetail, ModelAnswer } from '../activities/contracts.ts';
import { meanAgreement } from '../domain/cascade/agreement.ts';
import { judgeScore } from '../domain/cascade/judge.ts';
import { type CascadePlan, checksDecide, isDraft, type Verifier } from '../domain/cascade/plan.ts';
import type { GatewayErrorInfo } from '../domain/errors.ts';
import { callModel, errorInfoOf, quickStep } from './steps.ts';

/** What further calls said of a draft, and what they took. */
interface Verdict {
  rejection?: string;
  calls: number;
  costMicroUsd: number;
}

/**
 * Calls a deployment of a cascade. Where its answer is a draft, only one that the verifier takes comes back.
 * @throws ApplicationFailure `answer_rejected` for a draft that is not good enough, with the cost of all calls.
 */
export async function callRung(
  plan: CascadePlan,
  call: CallModelInput,
  tried: readonly string[],
): Promise<ModelAnswer> {
  if (!isDraft(plan, call.deployment, tried)) return callModel(call);
  const { checks, minMeanLogprob } = plan.verifier;
  const { concludes, stream: streamed, ...held } = call;
  const released = checksDecide(plan.verifier);
  const draft = await callModel({
    ...held,
    stream: false,
    ...(released && concludes && { concludes }),
    purpose: { kind: 'draft', released, streamed, checks, ...(minMeanLogprob !== undefined && { minMeanLogprob }) },
  });
  if (released) return draft;
  const { rejection, ...spent } = await verdictOn(draft, plan.verifier, { ...held, stream: false });
  const error: GatewayErrorInfo | undefined = rejection
    ? { type: 'answer_rejected', message: `The draft of '${call.deployment}' was not taken: ${rejection}.` }
    : undefined;
  if (streamed || error) {
    const { requestId, attempt, deployment, body, traceHeaders } = call;
    await quickStep(`${error ? 'reject' : 'release'} draft`).concludeDraft({
      requestId,
      attempt,
      deployment,
      body,
      ...(error && { rejection: error }),
      ...(traceHeaders && { traceHeaders }),
    });
  }
  if (!error) return draft;
  const detail: FailureDetail = { ...error, ...spent };
  throw ApplicationFailure.nonRetryable(error.message, error.type, detail);
}

/** The cheaper question first; a draft that fails it is not judged any further. */
async function verdictOn(
  draft: ModelAnswer,
  { selfConsistency, judge }: Verifier,
  call: CallModelInput,
): Promise<Verdict> {
  let verdict: Verdict = { calls: 1, costMicroUsd: draft.costMicroUsd };
  if (selfConsistency) verdict = await compareWithSamples(draft, selfConsistency, call, verdict);
  if (judge && !verdict.rejection) verdict = await askJudge(judge, call, verdict);
  return verdict;
}

async function compareWithSamples(
  draft: ModelAnswer,
  { samples: count, minAgreement }: NonNullable<Verifier['selfConsistency']>,
  call: CallModelInput,
  before: Verdict,
): Promise<Verdict> {
  const samples = await Promise.all(
    Array.from({ length: count }, (_, index) =>
      answerOrCost({
        ...call,
        ...capped(call, before.costMicroUsd, count),
        attempt: call.attempt + before.calls + index,
        purpose: { kind: 'sample' },
      }),
    ),
  );
  const texts = samples.flatMap(({ text }) => text ?? []);
  const agreed = draft.text === undefined ? 0 : meanAgreement(draft.text, texts);
  return {
    calls: before.calls + count,
    costMicroUsd: samples.reduce((sum, { costMicroUsd }) => sum + costMicroUsd, before.costMicroUsd),
    ...(agreed < minAgreement && { rejection: `its samples agree with it by ${agreed.toFixed(2)}` }),
  };
}

async function askJudge(
  { deployment, minScore }: NonNullable<Verifier['judge']>,
  call: CallModelInput,
  before: Verdict,
): Promise<Verdict> {
  const { text, costMicroUsd } = await answerOrCost({
    ...call,
    ...capped(call, before.costMicroUsd, 1),
    deployment,
    attempt: call.attempt + before.calls,
    purpose: { kind: 'judge', draftAttempt: call.attempt },
  });
  const score = judgeScore(text);
  const rejection = score === undefined ? 'its judge gave no score' : `its judge gives it ${score}`;
  return {
    calls: before.calls + 1,
    costMicroUsd: before.costMicroUsd + costMicroUsd,
    ...((score === undefined || score < minScore) && { rejection }),
  };
}

/** What is left of the request's cap and of what is set aside for it, shared among calls that run at once. */
function capped({ costCapMicroUsd, reservedMicroUsd }: CallModelInput, spentMicroUsd: number, calls: number) {
  const share = (ofMicroUsd: number) => Math.max(0, Math.floor((ofMicroUsd - spentMicroUsd) / calls));
  return {
    ...(costCapMicroUsd !== undefined && { costCapMicroUsd: share(costCapMicroUsd) }),
    ...(reservedMicroUsd !== undefined && { reservedMicroUsd: share(reservedMicroUsd) }),
  };
}

/** A call that only helps to judge may fail without failing its request. */
async function answerOrCost(call: CallModelInput): Promise<Pick<ModelAnswer, 'text' | 'costMicroUsd'>> {
  try {
    return await callModel(call);
  } catch (error) {
    if (isCancellation(error)) throw error;
    return { costMicroUsd: errorInfoOf(error).costMicroUsd };
  }
}
