import { activityInfo } from '@temporalio/activity';
import { routeOrdered } from '../domain/route.ts';
import type { Route, RouteInput } from './contracts.ts';
import type { Dependencies } from './dependencies.ts';

/** Takes the request into this run and names the deployments to try. */
export function createRoute({ config, store }: Dependencies) {
  return async (input: RouteInput): Promise<Route> => {
    await store.requests.begin(input.requestId, activityInfo().workflowExecution?.runId ?? '');
    return { deployments: routeOrdered(config(), input).map(({ name }) => name) };
  };
}
