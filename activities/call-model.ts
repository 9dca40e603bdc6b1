import { activityInfo, CancelledFailure, cancellationSignal, heartbeat } from '@temporalio/activity';
import { GatewayError } from '../domain/errors.ts';
import type { AttemptKey } from '../platform/store/contract.ts';
import { runAttempt } from './attempt.ts';
import { hedgedAttempt, isHedged } from './hedged-attempt.ts';
import { CallClock } from './call-clock.ts';
import type { CallModelInput, CallModelResult, ModelAnswer } from './contracts.ts';
import type { Dependencies } from './dependencies.ts';

/** Below the heartbeat of a workflow task (8 s), so that a local activity never needs one. */
const localPatienceMs = 5_000;
const heartbeatIntervalMs = 1_000;

interface RunningCall {
  clock: CallClock;
  answer: Promise<ModelAnswer>;
}

/**
 * Calls a model for one attempt of a request. The call belongs to the process, not to the activity that began it: the
 * local activity leaves it running when it takes long, and the regular activity of the same attempt joins it here (or,
 * in another process, begins it again after what was delivered).
 */
export function createCallModel(dependencies: Dependencies) {
  const running = new Map<string, RunningCall>();

  const begin = (id: string, key: AttemptKey, input: CallModelInput): RunningCall => {
    const clock = new CallClock(input);
    const answer = listeningForAbort(dependencies, input.requestId, clock, () =>
      isHedged(input) ? hedgedAttempt(dependencies, key, input, clock) : runAttempt(dependencies, key, input, clock),
    ).finally(() => {
      clock.stop();
      running.delete(id);
    });
    // Whoever joins handles the rejection; until then it must not count as unhandled.
    answer.catch(() => undefined);
    const call = { clock, answer };
    running.set(id, call);
    return call;
  };

  return async (input: CallModelInput): Promise<CallModelResult> => {
    const info = activityInfo();
    const key = { requestId: input.requestId, runId: info.workflowExecution?.runId ?? '', attempt: input.attempt };
    const id = `${key.requestId}/${key.runId}/${key.attempt}`;
    const call = running.get(id) ?? begin(id, key, input);
    const detach = cancelWith(cancellationSignal(), call.clock, info.isLocal);
    try {
      if (info.isLocal) return await withinPatience(call.answer);
      return { kind: 'answered', answer: await withHeartbeats(call.answer) };
    } finally {
      detach();
    }
  };
}

async function withinPatience(answer: Promise<ModelAnswer>): Promise<CallModelResult> {
  const { promise: patience, resolve } = Promise.withResolvers<CallModelResult>();
  const timer = setTimeout(() => resolve({ kind: 'running' }), localPatienceMs);
  try {
    return await Promise.race([answer.then((value) => ({ kind: 'answered', answer: value }) as const), patience]);
  } finally {
    clearTimeout(timer);
  }
}

async function withHeartbeats(answer: Promise<ModelAnswer>): Promise<ModelAnswer> {
  heartbeat();
  const timer = setInterval(() => heartbeat(), heartbeatIntervalMs);
  try {
    return await answer;
  } finally {
    clearInterval(timer);
  }
}

/**
 * A client that left is heard at once through the hub; Temporal's cancellation is the durable record of it. A request
 * that has its end needs no call any more.
 */
async function listeningForAbort<T>(
  { hub }: Dependencies,
  requestId: string,
  clock: CallClock,
  work: () => Promise<T>,
): Promise<T> {
  const leave = await hub.subscribe(requestId, (message) => {
    if (message.kind === 'abort' || message.kind === 'settled') clock.abort(cancelled());
  });
  try {
    return await work();
  } finally {
    leave();
  }
}

/**
 * Ends the call where its activity was cancelled by somebody, or where the worker goes down: then the failure is
 * Temporal's to retry. Otherwise the step was only lost, because this process was too busy to say in time that it goes
 * on: it comes again and joins the call. Of a local activity the two cannot be told apart, and it has nothing to add to
 * what the hub says.
 */
function cancelWith(signal: AbortSignal, clock: CallClock, isLocal: boolean): () => void {
  const onAbort = () => {
    const why = signal.reason instanceof CancelledFailure ? signal.reason.message : undefined;
    if (why === 'WORKER_SHUTDOWN') clock.abort(signal.reason);
    else if (why === 'CANCELLED' && !isLocal) clock.abort(cancelled());
  };
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort);
  return () => signal.removeEventListener('abort', onAbort);
}

function cancelled(): GatewayError {
  return new GatewayError({ type: 'cancelled', message: 'The request was cancelled.' });
}
