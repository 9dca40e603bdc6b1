import { carry } from '../../activities/carried-body.ts';
import type { GatewayRequestInput } from '../../activities/contracts.ts';
import { GatewayError } from '../../domain/errors.ts';
import { assertMayName } from '../../domain/model-permission.ts';
import { isTerminal } from '../../domain/request-record.ts';
import type { RoutingDecision } from '../../domain/routing/decision.ts';
import type { AcceptedRequest } from '../../platform/store/contract.ts';
import type { NewChatRequest, Principal } from '../ports.ts';
import { type ChatPlan, planChat } from './plan-chat.ts';
import { bodyHashOf, requestIdFor } from './request-id.ts';
import { giveBack, type Reservation, reserveBudget } from './reserve.ts';
import type { RequestServices } from './services.ts';
import { startWorkflow } from './start-workflow.ts';

/**
 * Accepts a request: how it is routed, what it may cost, then its record, then its workflow. Repeating all of them is
 * harmless, so a client whose Idempotency-Key was cut off between them starts what is missing. A request that is refused
 * leaves nothing.
 */
export async function submitChat(
  services: RequestServices,
  principal: Principal,
  request: NewChatRequest,
): Promise<{ requestId: string; joined: boolean }> {
  const { tenant } = principal;
  const { body, gateway, idempotencyKey } = request;
  assertMayName(principal, body.model);
  const requestId = requestIdFor(tenant, idempotencyKey);
  const bodyHash = idempotencyKey === undefined ? '' : bodyHashOf({ body, gateway });
  const known = idempotencyKey === undefined ? undefined : await services.store.requests.accepted(tenant, requestId);
  if (known && isSame(known, bodyHash)) return { requestId, joined: true };

  const plan = await planChat(services, tenant, request);
  let reserved: Reservation | undefined;
  await services.admission.enter(requestId, plan.entrance);
  try {
    const route = services.router.decide(requestId, plan.question);
    const { totalTimeoutMs: timeoutMs } = plan.limits;
    reserved = await reserveBudget(services, principal, { requestId, body, route, timeoutMs });
    const bodyText = JSON.stringify(body);
    const { created, ...accepted } = await services.store.requests.accept({
      id: requestId,
      tenant,
      principal: principal.id,
      modality: 'chat',
      alias: body.model,
      stream: request.stream,
      bodyHash,
      route,
      ...endUserOf(request),
      origin: { ip: principal.ip ?? '', policy: plan.policies.join('+'), body: bodyText },
      createdAt: new Date(),
    });
    if (!created && isSame(accepted, bodyHash)) {
      await giveBack(services, requestId, reserved);
      if (isTerminal(accepted.record.status)) services.admission.leave(requestId);
      return { requestId, joined: true };
    }
    if (gateway.webhookUrl !== undefined) await services.store.webhooks.ask(requestId, gateway.webhookUrl);
    await startWorkflow(services, created, {
      requestId,
      tenant,
      body: await carry(body, requestId, services.artifacts, bodyText),
      ...whatToDo(request, plan, route, reserved),
    });
    // Whoever began it may have given it up meanwhile; nobody must find it failed now.
    if (!created) await services.store.requests.requeue(requestId);
    return { requestId, joined: !created };
  } catch (error) {
    services.admission.leave(requestId);
    await giveBack(services, requestId, reserved);
    throw error;
  }
}

/** What the workflow goes by; a field that is absent costs no step. */
function whatToDo(
  request: NewChatRequest,
  plan: ChatPlan,
  route: RoutingDecision,
  reserved: Reservation | undefined,
): Omit<GatewayRequestInput, 'requestId' | 'tenant' | 'body'> {
  const { question, limits, privacy, cache } = plan;
  const { modality, alias, policy, qos } = question;
  const { order, cascade, hedge } = route;
  return {
    modality,
    alias,
    stream: request.stream,
    deployments: order,
    limits: { ...limits, ...(reserved && { reservedMicroUsd: reserved.amountMicroUsd }) },
    ...(cascade && { cascade }),
    ...(hedge && { hedge }),
    ...(privacy && { privacy }),
    ...(cache && { cache }),
    ...(policy !== undefined && { policy }),
    ...(qos && { qos }),
    ...(request.gateway.webhookUrl !== undefined && { webhook: true }),
    ...(Object.keys(request.traceHeaders).length > 0 && { traceHeaders: request.traceHeaders }),
  };
}

/** Content of a request that names its end user is kept under that user's own key, and can be erased with it. */
function endUserOf({ body: { user } }: NewChatRequest): { endUser?: string } {
  return typeof user === 'string' && user !== '' ? { endUser: user } : {};
}

/**
 * True where the request that stands under this id is on its way already; false where its workflow may be missing.
 * @throws GatewayError `idempotency_key_reused`.
 */
function isSame({ bodyHash, record }: AcceptedRequest, wanted: string): boolean {
  if (bodyHash !== wanted) throw keyReused();
  return record.runId !== undefined;
}

function keyReused(): GatewayError {
  return new GatewayError({
    type: 'idempotency_key_reused',
    message: 'This Idempotency-Key was used with another body. Send the same body, or choose a new key.',
  });
}
