import { setTimeout as delay } from 'node:timers/promises';
import { ApplicationFailure } from '@temporalio/activity';
import { isGatewayErrorType } from '../domain/errors.ts';
import type { AttemptKey } from '../platform/store/contract.ts';
import { runAttempt } from './attempt.ts';
import { CallClock } from './call-clock.ts';
import { unpack } from './carried-body.ts';
import type { CallModelInput, FailureDetail, Hedge, ModelAnswer } from './contracts.ts';
import { worstCaseMicroUsd } from './cost-cap.ts';
import type { Dependencies } from './dependencies.ts';
import { Race } from './race.ts';

type HedgedInput = CallModelInput & { hedge: Hedge };

export function isHedged(input: CallModelInput): input is HedgedInput {
  return input.hedge !== undefined;
}

/**
 * Calls a deployment and, where its answer is late to begin, a second one as well: the first that begins answers, the
 * other is stopped. Both are attempts on record; the second one's number follows the first one's.
 * @throws as `runAttempt`; where both failed, with the failure of each.
 */
export async function hedgedAttempt(
  dependencies: Dependencies,
  key: AttemptKey,
  { hedge, ...input }: HedgedInput,
  clock: CallClock,
): Promise<ModelAnswer> {
  const race = new Race();
  const stop = (): void => race.abort(clock.signal.reason);
  clock.signal.addEventListener('abort', stop);
  try {
    dependencies.hedges.count(hedge.alias);
    const first = race.enter(
      (racer) => new CallClock(input, racer),
      (own) => runAttempt(dependencies, key, input, own),
    );
    const early = await endOrLateness(first, hedge.afterMs, race.decided);
    // An earlier run of this step was overtaken: the answer is the second call's.
    const wasOvertaken = early.kind === 'failed' && early.type === 'overtaken';
    if (!wasOvertaken && (early.kind !== 'late' || !(await mayHedge(dependencies, { ...input, hedge })))) {
      return await first;
    }
    const second = race.enter(
      (racer) => new CallClock(input, racer),
      (own) => runAttempt(dependencies, { ...key, attempt: key.attempt + 1 }, secondCall(input, hedge), own),
    );
    return await eitherAnswer({ first, second }, key, hedge);
  } finally {
    clock.signal.removeEventListener('abort', stop);
  }
}

function secondCall(input: CallModelInput, { deployment }: Hedge): CallModelInput {
  return { ...input, deployment, attempt: input.attempt + 1 };
}

type Early = { kind: 'late' } | { kind: 'answered' } | { kind: 'failed'; type: string };

/** What comes first: the call's end, the beginning of its answer, or the time at which it is late. */
async function endOrLateness(call: Promise<unknown>, afterMs: number, decided: AbortSignal): Promise<Early> {
  const over = new AbortController();
  try {
    return await Promise.race([
      call.then(
        (): Early => ({ kind: 'answered' }),
        (error: unknown): Early => ({ kind: 'failed', type: typeOf(error) }),
      ),
      delay(afterMs, undefined, { signal: AbortSignal.any([over.signal, decided]) }).then(
        (): Early => ({ kind: 'late' }),
        (): Early => ({ kind: 'answered' }),
      ),
    ]);
  } finally {
    over.abort();
  }
}

/** Within the alias' share of second calls, the caps on cost, and what is configured now. */
async function mayHedge(
  { config, artifacts, hedges }: Dependencies,
  { hedge, deployment, body: carried, costCapMicroUsd = Infinity, reservedMicroUsd = Infinity }: HedgedInput,
): Promise<boolean> {
  const { maxExtraCostMicroUsd = Infinity, maxShare, alias } = hedge;
  const second = config().deployments.get(hedge.deployment);
  const first = config().deployments.get(deployment);
  if (!first || !second) return false;
  const meansMicroUsd = Math.min(costCapMicroUsd, reservedMicroUsd);
  if (meansMicroUsd !== Infinity || maxExtraCostMicroUsd !== Infinity) {
    const body = await unpack(carried, artifacts);
    const extra = worstCaseMicroUsd(body, second) ?? Infinity;
    const both = extra + (worstCaseMicroUsd(body, first) ?? Infinity);
    if (extra > maxExtraCostMicroUsd || both > meansMicroUsd) return false;
  }
  return hedges.take(alias, maxShare);
}

async function eitherAnswer(
  { first, second }: Record<'first' | 'second', Promise<ModelAnswer>>,
  { attempt }: AttemptKey,
  { deployment }: Hedge,
): Promise<ModelAnswer> {
  const [mine, other] = await Promise.allSettled([first, second]);
  if (mine.status === 'fulfilled') return mine.value;
  if (other.status === 'fulfilled') return { ...other.value, attempt: attempt + 1 };
  const [error, otherError] = [mine.reason, other.reason] as unknown[];
  const [detail, otherDetail] = [detailOf(error), detailOf(otherError)];
  // What is no failure of a call is Temporal's to repeat.
  if (!detail) throw error;
  if (!otherDetail) throw otherError;
  const both: FailureDetail = {
    ...detail,
    costMicroUsd: detail.costMicroUsd + otherDetail.costMicroUsd,
    calls: 2,
    hedged: { deployment, error: otherDetail },
  };
  throw ApplicationFailure.create({
    message: detail.message,
    type: detail.type,
    details: [both],
    nonRetryable: true,
  });
}

function detailOf(error: unknown): FailureDetail | undefined {
  if (!(error instanceof ApplicationFailure) || !isGatewayErrorType(error.type) || !error.nonRetryable)
    return undefined;
  const detail = error.details?.[0] as Partial<FailureDetail> | undefined;
  return { costMicroUsd: 0, message: error.message, ...detail, type: error.type };
}

function typeOf(error: unknown): string {
  return error instanceof ApplicationFailure ? (error.type ?? '') : '';
}
