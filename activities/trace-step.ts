import { SpanKind } from '@opentelemetry/api';
import { type TraceHeaders, withSpan } from '../platform/telemetry/spans.ts';

interface StepInput {
  requestId: string;
  traceHeaders?: TraceHeaders;
}

/** A step with a span around each run of it; what the step starts continues from that span. */
export function traceStep<In extends StepInput, Out>(
  name: string,
  step: (input: In) => Promise<Out>,
): (input: In) => Promise<Out> {
  return (input) =>
    withSpan(
      {
        name,
        kind: SpanKind.INTERNAL,
        attributes: { 'holdfast.request.id': input.requestId },
        parent: input.traceHeaders,
      },
      (traceHeaders) => step({ ...input, traceHeaders }),
    );
}
