import { activityInfo } from '@temporalio/activity';
import { GatewayError } from '../domain/errors.ts';
import type { RoutingDecision } from '../domain/routing/decision.ts';
import { unpack } from './carried-body.ts';
import type { Route, RouteInput } from './contracts.ts';
import type { Dependencies } from './dependencies.ts';

/** Takes a request of v0.1, which was accepted unrouted, into this run and names the deployments to try. */
export function createRoute(dependencies: Dependencies) {
  return async (input: RouteInput): Promise<Route> => {
    const runId = activityInfo().workflowExecution?.runId ?? '';
    const decision = await decide(dependencies, input);
    const refused = decision instanceof GatewayError;
    await dependencies.store.requests.begin(input.requestId, runId, refused ? undefined : decision);
    if (refused) throw decision;
    return { deployments: decision.order };
  };
}

/** A refusal is returned, because the run takes the request over even then. */
async function decide({ router, artifacts }: Dependencies, input: RouteInput): Promise<RoutingDecision | GatewayError> {
  try {
    return router.decide(input.requestId, { ...input, body: await unpack(input.body, artifacts) });
  } catch (error) {
    if (error instanceof GatewayError) return error;
    throw error;
  }
}
