import {
  defineSearchAttributeKey,
  TypedSearchAttributes,
  WorkflowExecutionAlreadyStartedError,
} from '@temporalio/common';
import type { GatewayRequestInput } from '../../activities/contracts.ts';
import { GatewayError } from '../../domain/errors.ts';
import { searchAttributeNames } from '../../domain/search-attributes.ts';
import { taskQueues } from '../../domain/task-queues.ts';
import { tenantShare } from '../../domain/tenant-share.ts';
import { taskPriority } from '../../platform/temporal/task-priority.ts';
import type { RequestServices } from './services.ts';

const startTimeoutMs = 10_000;
const aliasKey = defineSearchAttributeKey(searchAttributeNames.alias, 'KEYWORD');
const tenantKey = defineSearchAttributeKey(searchAttributeNames.tenant, 'KEYWORD');

/**
 * Makes an accepted request durable. Starting it again changes nothing. Where it cannot be started, its record ends as
 * failed if this call had `created` it.
 * @throws GatewayError `not_ready`.
 */
export async function startWorkflow(
  { config, temporal, store, namespace, logger }: RequestServices,
  created: boolean,
  input: GatewayRequestInput,
): Promise<void> {
  try {
    await temporal.native.withDeadline(Date.now() + startTimeoutMs, () =>
      temporal.starter.workflow.start('gatewayRequest', {
        taskQueue: taskQueues.gateway,
        workflowId: input.requestId,
        workflowIdConflictPolicy: 'USE_EXISTING',
        workflowIdReusePolicy: 'REJECT_DUPLICATE',
        requestEagerStart: true,
        workflowTaskTimeout: '10s',
        priority: taskPriority(tenantShare(config(), input.tenant)),
        staticSummary: `${input.modality} ${input.alias}`,
        typedSearchAttributes: new TypedSearchAttributes([
          { key: aliasKey, value: input.alias },
          { key: tenantKey, value: input.tenant },
        ]),
        args: [input],
      }),
    );
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return;
    const info = {
      type: 'not_ready',
      message: `The request could not be made durable (Temporal namespace '${namespace}'); nothing was done. Try again.`,
      retryAfterMs: 2_000,
    } as const;
    const cause = error instanceof Error ? (error.cause ?? error) : undefined;
    const reason = cause instanceof Error ? cause.message : 'unknown';
    logger.warn({ requestId: input.requestId, reason }, 'the workflow could not be started');
    if (created) await store.requests.abandon(input.requestId, info, new Date());
    throw new GatewayError(info, { cause: error });
  }
}
