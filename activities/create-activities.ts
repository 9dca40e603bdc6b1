import { toFailure } from './application-failure.ts';
import { createCallModel } from './call-model.ts';
import { createConcludeDraft } from './conclude-draft.ts';
import type { GatewayActivities } from './contracts.ts';
import type { Dependencies } from './dependencies.ts';
import { createRecall } from './recall.ts';
import { createRedact } from './redact.ts';
import { createDeliverWebhook } from './deliver-webhook.ts';
import { createRoute } from './route.ts';
import { createSettle } from './settle.ts';
import { traceStep } from './trace-step.ts';

/** Implements every step of a request; each error leaves as an `ApplicationFailure` of the closed union. */
export function createActivities(dependencies: Dependencies): GatewayActivities {
  return {
    route: traceStep('route', failing(createRoute(dependencies))),
    redact: traceStep('redact', failing(createRedact(dependencies))),
    recall: traceStep('recall', failing(createRecall(dependencies))),
    callModel: traceStep('callModel', failing(createCallModel(dependencies))),
    concludeDraft: traceStep('concludeDraft', failing(createConcludeDraft(dependencies))),
    settle: traceStep('settle', failing(createSettle(dependencies))),
    deliverWebhook: traceStep('deliverWebhook', failing(createDeliverWebhook(dependencies))),
  };
}

function failing<In, Out>(step: (input: In) => Promise<Out>): (input: In) => Promise<Out> {
  return async (input) => {
    try {
      return await step(input);
    } catch (error) {
      throw toFailure(error);
    }
  };
}
