import { CancellationScope, ParentClosePolicy, proxyActivities, startChild, uuid4 } from '@temporalio/workflow';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import type { DeliverWebhookInput, GatewayActivities } from '../activities/contracts.ts';
import { webhookWorkflowId } from '../domain/webhook-event.ts';

/** Tells the end of a request to whom it asked for; tries for three days, with pauses from 5 s to 4 h. */
export async function deliverWebhook(input: DeliverWebhookInput): Promise<void> {
  const { deliverWebhook: deliver } = proxyActivities<GatewayActivities>({
    summary: 'deliver webhook',
    startToCloseTimeout: '30s',
    scheduleToCloseTimeout: '3 days',
    retry: { initialInterval: '5s', backoffCoefficient: 4, maximumInterval: '4h' },
  });
  await deliver(input);
}

/** Hands the delivery to a workflow of its own, so that the request's ends at once. */
export async function startDelivery({ requestId, tenant }: DeliverWebhookInput): Promise<void> {
  const workflowId = webhookWorkflowId(requestId, uuid4().slice(0, 8));
  const options = { workflowId, parentClosePolicy: ParentClosePolicy.ABANDON, args: [{ requestId, tenant }] as const };
  try {
    await CancellationScope.nonCancellable(() => startChild<typeof deliverWebhook>('deliverWebhook', options));
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}
