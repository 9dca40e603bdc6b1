import { failedCheck } from '../domain/cascade/answer-checks.ts';
import { judgeRequest } from '../domain/cascade/judge.ts';
import { meanLogprob } from '../domain/cascade/logprobs.ts';
import type { ChatCompletion, ChatCompletionRequest } from '../domain/chat.ts';
import type { Deployment } from '../domain/deployment.ts';
import { GatewayError } from '../domain/errors.ts';
import type { AttemptKey, AttemptStore } from '../platform/store/contract.ts';
import type { CallPurpose } from './contracts.ts';

/** Answers to the same question differ only where the model has a choice. Source: Wang et al. 2022, "Self-Consistency". */
const samplingTemperature = 0.7;

/** What a call with this purpose sends instead of the client's body. */
export async function bodyFor(
  purpose: CallPurpose | undefined,
  body: ChatCompletionRequest,
  { attempts, key, deployment }: { attempts: AttemptStore; key: AttemptKey; deployment: Deployment },
): Promise<ChatCompletionRequest> {
  switch (purpose?.kind) {
    case 'draft':
      return addsLogprobs(purpose, body, deployment) ? { ...body, logprobs: true } : body;
    case 'sample': {
      const { seed: _same, ...rest } = body;
      return { ...rest, n: 1, ...(rest['temperature'] === 0 && { temperature: samplingTemperature }) };
    }
    case 'judge': {
      const draft = await attempts.answer({ ...key, attempt: purpose.draftAttempt });
      if (draft !== undefined) return judgeRequest(body, JSON.parse(draft) as ChatCompletion);
      throw new GatewayError({ type: 'internal_error', message: 'The draft that was to be judged is not kept.' });
    }
    default:
      return body;
  }
}

/** Log-probabilities are asked for where they decide and the deployment is known to give them. */
function addsLogprobs(
  { minMeanLogprob }: Extract<CallPurpose, { kind: 'draft' }>,
  body: ChatCompletionRequest,
  { capabilities }: Deployment,
): boolean {
  return minMeanLogprob !== undefined && body['logprobs'] !== true && capabilities?.includes('logprobs') === true;
}

/** The answer as the client asked for it: without what only the verifier needed. */
export function withoutAddedLogprobs<T extends { text: string; completion: ChatCompletion }>(
  answer: T,
  asked: ChatCompletionRequest,
  sent: ChatCompletionRequest,
): T {
  if (asked['logprobs'] === sent['logprobs']) return answer;
  const choices = answer.completion.choices.map(({ logprobs: _added, ...choice }) => ({ ...choice, logprobs: null }));
  const completion = { ...answer.completion, choices };
  return { ...answer, completion, text: JSON.stringify(completion) };
}

/** Why a draft is not good enough; undefined for one that is, and for any other call. */
export function rejectionOf(
  purpose: CallPurpose | undefined,
  body: ChatCompletionRequest,
  completion: ChatCompletion,
  deployment: string,
): GatewayError | undefined {
  if (purpose?.kind !== 'draft') return undefined;
  const failed = failedCheck(body, completion, purpose.checks);
  if (failed) return rejected(deployment, failed.reason);
  const certainty = purpose.minMeanLogprob === undefined ? undefined : meanLogprob(completion);
  if (certainty === undefined || certainty >= (purpose.minMeanLogprob ?? -Infinity)) return undefined;
  return rejected(deployment, `the mean log-probability of its tokens is ${certainty.toFixed(2)}`);
}

function rejected(deployment: string, reason: string): GatewayError {
  return new GatewayError({
    type: 'answer_rejected',
    message: `The draft of '${deployment}' was not taken: ${reason}.`,
  });
}
