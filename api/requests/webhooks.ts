import { randomBytes } from 'node:crypto';
import { defineSearchAttributeKey, TypedSearchAttributes } from '@temporalio/common';
import { GatewayError } from '../../domain/errors.ts';
import { administers, type Principal } from '../../domain/principal.ts';
import { isTerminal, type RequestRecord } from '../../domain/request-record.ts';
import { searchAttributeNames } from '../../domain/search-attributes.ts';
import { taskQueues } from '../../domain/task-queues.ts';
import { webhookWorkflowId } from '../../domain/webhook-event.ts';
import type { Webhook, WebhookPorts } from '../gateway/webhooks-port.ts';
import type { RequestServices } from './services.ts';

const callTimeoutMs = 5_000;
const tenantKey = defineSearchAttributeKey(searchAttributeNames.tenant, 'KEYWORD');

/**
 * Judges the URL that the end of a request is to be told to, as the delivery will. A name that is unknown now may be
 * known by then.
 * @throws GatewayError `invalid_request`.
 */
export async function assertWebhookUrl({ config, urlGuard }: RequestServices, url: string): Promise<void> {
  const { allowPrivate } = config().edge.webhooks;
  try {
    await urlGuard.judge(url, { param: 'gateway.webhookUrl', allowHttp: allowPrivate, allowPrivate });
  } catch (error) {
    if (!(error instanceof GatewayError) || error.type !== 'provider_unreachable') throw error;
  }
}

export function createWebhooks(services: RequestServices): WebhookPorts {
  const { store, config } = services;

  const recordOf = async (tenant: string, requestId: string): Promise<RequestRecord> =>
    (await store.requests.get(tenant, requestId)) ?? notFound('There is no request with this id.', 'id');

  const of = async (tenant: string, requestId: string): Promise<Webhook> => {
    await recordOf(tenant, requestId);
    const url = (await store.webhooks.url(requestId)) ?? notFound('This request asked for no webhook.', 'id');
    return { requestId, url, deliveries: await store.webhooks.deliveries(requestId) };
  };

  const assertAdministered = (admin: Principal, tenant: string): void => {
    const known = tenant === admin.tenant || (administers(admin, tenant) && config().tenants.has(tenant));
    if (!known) notFound('No such tenant.', 'tenant');
  };

  return {
    webhooks: {
      of,
      async replay(tenant, requestId) {
        const webhook = await of(tenant, requestId);
        const { status } = await recordOf(tenant, requestId);
        if (!isTerminal(status)) {
          throw new GatewayError({
            type: 'conflict',
            message: `The request is ${status}: there is no end to tell yet.`,
          });
        }
        await startDelivery(services, tenant, requestId);
        return webhook;
      },
      secrets(admin, tenant) {
        assertAdministered(admin, tenant);
        return store.webhooks.secrets(tenant);
      },
      async rotateSecret(admin, tenant, overlapMs) {
        assertAdministered(admin, tenant);
        await store.webhooks.rotateSecret(tenant, new Date(Date.now() + overlapMs));
        return store.webhooks.secrets(tenant);
      },
    },
  };
}

async function startDelivery({ temporal }: RequestServices, tenant: string, requestId: string): Promise<void> {
  try {
    await temporal.operator.withDeadline(Date.now() + callTimeoutMs, () =>
      temporal.operator.workflow.start('deliverWebhook', {
        taskQueue: taskQueues.gateway,
        workflowId: webhookWorkflowId(requestId, randomBytes(4).toString('hex')),
        typedSearchAttributes: new TypedSearchAttributes([{ key: tenantKey, value: tenant }]),
        args: [{ requestId, tenant }],
      }),
    );
  } catch (error) {
    throw new GatewayError(
      {
        type: 'not_ready',
        message: 'Temporal does not answer; nothing was delivered. Try again.',
        retryAfterMs: 2_000,
      },
      { cause: error },
    );
  }
}

function notFound(message: string, param: string): never {
  throw new GatewayError({ type: 'not_found', message, param });
}
