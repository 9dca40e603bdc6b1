import { isGrpcServiceError } from '@temporalio/client';
import { decodeArrayFromPayloads } from '@temporalio/common/lib/internal-non-workflow/codec-helpers.js';
import { unpack } from '../../activities/carried-body.ts';
import type { GatewayRequestInput } from '../../activities/contracts.ts';
import { GatewayError } from '../../domain/errors.ts';
import { type PromptFeatures, promptFeatures } from '../../domain/routing/prompt-vector.ts';
import { routedPrompt } from '../../domain/routing/request-features.ts';
import type { FeedbackPort } from '../gateway/feedback-port.ts';
import type { RequestServices } from './services.ts';

const callTimeoutMs = 5_000;

/** Keeps what owners say of answers, with the features of their prompts: what training needs, and no text. */
export function createFeedback(services: RequestServices): FeedbackPort {
  return {
    async giveFeedback(tenant, requestId, { score, comment }) {
      const record = await services.store.requests.get(tenant, requestId);
      if (!record) throw new GatewayError({ type: 'not_found', message: 'There is no request with this id.' });
      if (record.status !== 'completed' || record.deployment === undefined) {
        throw new GatewayError({ type: 'conflict', message: 'Only a request that was answered can be judged.' });
      }
      const model = services.config().deployments.get(record.deployment)?.model ?? record.deployment;
      const features = await featuresOf(services, requestId);
      await services.store.feedback.give(
        { requestId, model, score, ...(comment !== undefined && { comment }), ...(features && { features }) },
        new Date(),
      );
    },
  };
}

/** From the workflow's input; undefined where its history is no longer kept. */
async function featuresOf(services: RequestServices, workflowId: string): Promise<PromptFeatures | undefined> {
  const { temporal, namespace, artifacts, router } = services;
  const { operator } = temporal;
  try {
    const { history } = await operator.withDeadline(Date.now() + callTimeoutMs, () =>
      operator.workflowService.getWorkflowExecutionHistory({
        namespace,
        execution: { workflowId },
        maximumPageSize: 1,
      }),
    );
    const payloads = history?.events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads;
    const [input] = (await decodeArrayFromPayloads(operator.options.loadedDataConverter, payloads)) as [
      GatewayRequestInput?,
    ];
    if (!input) return undefined;
    return promptFeatures(routedPrompt(await unpack(input.body, artifacts)), router.hashBits);
  } catch (error) {
    if (isGrpcServiceError(error) && Number(error.code) === grpcNotFound) return undefined;
    if (error instanceof GatewayError) throw error;
    throw new GatewayError(
      { type: 'not_ready', message: 'Temporal does not answer; send the feedback again.', retryAfterMs: 2_000 },
      { cause: error },
    );
  }
}

const grpcNotFound = 5;
