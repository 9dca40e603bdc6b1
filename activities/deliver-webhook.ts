import { activityInfo, ApplicationFailure } from '@temporalio/activity';
import { GatewayError } from '../domain/errors.ts';
import { webhookEvent, webhookIdOf } from '../domain/webhook-event.ts';
import type { WebhookDelivery } from '../platform/store/webhooks-contract.ts';
import { signedHeaders } from '../platform/webhooks/sign.ts';
import { retryAfterMs } from '../providers/http/retry-after.ts';
import type { DeliverWebhookInput } from './contracts.ts';
import type { Dependencies } from './dependencies.ts';

const timeoutMs = 15_000;
/** The answer's body says nothing; so much of it is read. */
const maxBytes = 64 * 1024;
const gone = 410;

/**
 * Tells the end of a request once. Every try is on record. What is worth another try fails in a way that Temporal
 * repeats, after as long as the receiver asks for; a receiver that is gone, or may not be called, fails for good.
 */
export function createDeliverWebhook({ store, urlGuard, config }: Dependencies) {
  return async ({ requestId, tenant }: DeliverWebhookInput): Promise<void> => {
    const url = await store.webhooks.url(requestId);
    const record = url === undefined ? undefined : await store.requests.get(tenant, requestId);
    const event = record && webhookEvent(record);
    // Erased, purged, or run again: there is nothing to tell (yet).
    if (url === undefined || !event) return;
    const webhookId = webhookIdOf(requestId, record.runId ?? '');
    const body = JSON.stringify(event);
    const secrets = (await store.webhooks.secrets(tenant)).map(({ secret }) => secret);
    const attemptedAt = new Date();
    const startedMs = performance.now();
    const note = (end: Pick<WebhookDelivery, 'outcome' | 'status' | 'error'>): Promise<void> =>
      store.webhooks.record(requestId, deliveryId(), {
        webhookId,
        attemptedAt,
        latencyMs: Math.round(performance.now() - startedMs),
        ...end,
      });
    const { allowPrivate } = config().edge.webhooks;
    try {
      const { status, headers } = await urlGuard.fetch({
        url,
        method: 'POST',
        param: 'gateway.webhookUrl',
        allowHttp: allowPrivate,
        allowPrivate,
        headers: signedHeaders({ id: webhookId, sentAt: attemptedAt, body }, secrets),
        body,
        maxBytes,
        overlong: 'cut',
        timeoutMs,
      });
      if (status >= 200 && status < 300) {
        await note({ outcome: 'delivered', status });
        return;
      }
      await note({ outcome: status === gone ? 'refused' : 'failed', status });
      throw undelivered(`The receiver answered ${status}.`, {
        nonRetryable: status === gone,
        nextRetryDelay: retryAfterMs(headers, Date.now()),
      });
    } catch (error) {
      if (!(error instanceof GatewayError) || error.type === 'not_ready') throw error;
      const refused = error.type === 'invalid_request';
      await note({ outcome: refused ? 'refused' : 'failed', error: error.type });
      throw undelivered(error.message, { nonRetryable: refused });
    }
  };
}

/** A step that was cut off after its call and is run again is another try. */
function deliveryId(): string {
  const { workflowExecution, attempt } = activityInfo();
  return `${workflowExecution?.runId}/${String(attempt).padStart(4, '0')}`;
}

function undelivered(message: string, how: { nonRetryable: boolean; nextRetryDelay?: number | undefined }): Error {
  const { nonRetryable, nextRetryDelay } = how;
  return ApplicationFailure.create({
    message,
    type: 'webhook_not_delivered',
    nonRetryable,
    ...(nextRetryDelay !== undefined && { nextRetryDelay }),
  });
}
