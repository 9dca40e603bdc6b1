import type { ChatCompletionRequest } from '../domain/chat.ts';
import { worstCaseCostMicroUsd } from '../domain/cost.ts';
import type { Deployment } from '../domain/deployment.ts';
import { GatewayError } from '../domain/errors.ts';
import { estimateTokens } from '../domain/estimate-tokens.ts';
import type { CallModelInput } from './contracts.ts';

/** Completion tokens to reckon with where the client set no bound. */
const assumedOutputTokens = 4096;

/** The most a call may cost, in micro-USD; undefined where the price is unknown. */
export function worstCaseMicroUsd(body: ChatCompletionRequest, { price }: Deployment): number | undefined {
  if (!price) return undefined;
  return worstCaseCostMicroUsd(
    {
      inputTokens: estimateTokens(JSON.stringify(body)),
      outputTokens: body.max_completion_tokens ?? body.max_tokens ?? assumedOutputTokens,
      choices: body.n ?? 1,
    },
    price,
  );
}

/** @throws GatewayError `cost_cap_reached` where the call may cost more than the request's cap leaves. */
export function refuseOverCap(
  { costCapMicroUsd }: CallModelInput,
  body: ChatCompletionRequest,
  deployment: Deployment,
): void {
  if (costCapMicroUsd === undefined) return;
  const worstCase = worstCaseMicroUsd(body, deployment);
  if (worstCase === undefined) {
    throw capError(
      `The price of '${deployment.name}' is unknown, so gateway.maxCostUsd cannot be kept; give its price.`,
    );
  }
  if (worstCase <= costCapMicroUsd) return;
  throw capError(
    `'${deployment.name}' may cost up to ${worstCase / 1e6} USD, more than gateway.maxCostUsd leaves. ` +
      'Raise it, or lower max_completion_tokens.',
  );
}

function capError(message: string): GatewayError {
  return new GatewayError({ type: 'cost_cap_reached', message, param: 'gateway.maxCostUsd' });
}
