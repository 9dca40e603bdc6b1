import { pricedModel } from '../domain/budget/estimate.ts';
import { affordableOutputTokens, usualWorstCaseMicroUsd } from '../domain/budget/worst-case.ts';
import type { ChatCompletionRequest } from '../domain/chat.ts';
import type { Deployment } from '../domain/deployment.ts';
import { GatewayError } from '../domain/errors.ts';
import { requestFeatures } from '../domain/routing/request-features.ts';
import type { CallModelInput } from './contracts.ts';

/** The most a usual answer may cost, in micro-USD; undefined where the price is unknown. */
export function worstCaseMicroUsd(body: ChatCompletionRequest, deployment: Deployment): number | undefined {
  return usualWorstCaseMicroUsd(requestFeatures(body), pricedModel(deployment));
}

/**
 * The body as the deployment may be called with it: with a limit of its answer where the request's cost cap, or what is
 * set aside for it, pays for no longer one.
 * @throws GatewayError `cost_cap_reached` where the cap is too small for the answer that is asked for,
 *   `budget_exceeded` where what is set aside pays for no answer at all.
 */
export function withinMeans(
  { costCapMicroUsd: cap, reservedMicroUsd: reserved }: CallModelInput,
  body: ChatCompletionRequest,
  deployment: Deployment,
): ChatCompletionRequest {
  if (cap === undefined && reserved === undefined) return body;
  if (cap !== undefined) refuseOverCap(body, deployment, cap);
  const meansMicroUsd = Math.min(cap ?? Infinity, reserved ?? Infinity);
  const outputTokens = affordableOutputTokens(requestFeatures(body), pricedModel(deployment), meansMicroUsd);
  if (outputTokens === Infinity) return body;
  if (outputTokens > 0) return withOutputLimit(body, outputTokens, deployment);
  throw new GatewayError({
    type: 'budget_exceeded',
    message: `What the budget sets aside for this request does not pay for an answer of '${deployment.name}'.`,
  });
}

function refuseOverCap(body: ChatCompletionRequest, deployment: Deployment, capMicroUsd: number): void {
  const worstCase = worstCaseMicroUsd(body, deployment);
  if (worstCase === undefined) {
    throw capError(
      `The price of '${deployment.name}' is unknown, so gateway.maxCostUsd cannot be kept; give its price.`,
    );
  }
  if (worstCase <= capMicroUsd) return;
  throw capError(
    `'${deployment.name}' may cost up to ${worstCase / 1e6} USD, more than gateway.maxCostUsd leaves. ` +
      'Raise it, or lower max_completion_tokens.',
  );
}

function capError(message: string): GatewayError {
  return new GatewayError({ type: 'cost_cap_reached', message, param: 'gateway.maxCostUsd' });
}

/** By the field that the client used, else by the one that the server knows: OpenAI's newer models refuse the older. */
function withOutputLimit(
  body: ChatCompletionRequest,
  outputTokens: number,
  { provider }: Deployment,
): ChatCompletionRequest {
  if (body.max_completion_tokens != null) return { ...body, max_completion_tokens: outputTokens };
  if (body.max_tokens != null || provider.kind !== 'openai') return { ...body, max_tokens: outputTokens };
  return { ...body, max_completion_tokens: outputTokens };
}
