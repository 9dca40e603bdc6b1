import { activityInfo } from '@temporalio/activity';
import { noDeployment } from '../domain/routing/decision.ts';
import { unpack } from './carried-body.ts';
import type { Route, RouteInput } from './contracts.ts';
import type { Dependencies } from './dependencies.ts';

/** Takes the request into this run, names the deployments to try, and keeps how they were chosen. */
export function createRoute({ store, artifacts, router }: Dependencies) {
  return async (input: RouteInput): Promise<Route> => {
    const runId = activityInfo().workflowExecution?.runId ?? '';
    await store.requests.begin(input.requestId, runId);
    const body = await unpack(input.body, artifacts);
    const decision = router.decide(input.requestId, { ...input, body });
    if (decision.order.length === 0) throw noDeployment(decision);
    return { deployments: decision.order };
  };
}
