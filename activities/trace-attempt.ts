import { SpanKind } from '@opentelemetry/api';
import type { ChatCompletion } from '../domain/chat.ts';
import type { ProviderKind } from '../domain/deployment.ts';
import { withSpan } from '../platform/telemetry/spans.ts';
import type { AttemptCall, StreamedAnswer } from './attempt-call.ts';

/** Kinds whose name in the conventions is another; for those without a name there the kind says what was spoken. */
const conventionalNames: Partial<Record<ProviderKind, string>> = { google: 'gcp.gemini' };

/**
 * Calls a provider within a CLIENT span. Attributes: OpenTelemetry semantic conventions for generative AI, "Inference",
 * and `holdfast.*` for what only the gateway knows.
 *
 * The provider gets the trace context only where it is `local`. A vendor's spans never reach our collector, and the
 * trace of a caller would let the vendor link requests across people and systems.
 */
export function traceAttempt<T extends { completion: ChatCompletion }>(
  call: AttemptCall,
  streamed: StreamedAnswer,
  work: (call: AttemptCall) => Promise<T>,
): Promise<T> {
  const { input, deployment, clock } = call;
  const { provider, model } = deployment;
  const attributes = {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': conventionalNames[provider.kind] ?? provider.kind,
    'gen_ai.request.model': model,
    ...(input.stream && { 'gen_ai.request.stream': true }),
    'holdfast.request.id': input.requestId,
    'holdfast.deployment': deployment.name,
    'holdfast.attempt': input.attempt,
  };
  const start = { name: `chat ${model}`, kind: SpanKind.CLIENT, attributes, parent: input.traceHeaders };
  return withSpan(start, async (traceHeaders, span) => {
    let completion: ChatCompletion | undefined;
    try {
      const answer = await work(provider.local ? { ...call, traceHeaders } : call);
      completion = answer.completion;
      return answer;
    } finally {
      const usage = completion?.usage ?? streamed.usage;
      span.setAttributes({
        ...(usage && {
          'gen_ai.usage.input_tokens': usage.prompt_tokens,
          'gen_ai.usage.output_tokens': usage.completion_tokens,
        }),
        ...(completion && {
          'gen_ai.response.model': completion.model,
          'gen_ai.response.finish_reasons': completion.choices.flatMap(({ finish_reason: reason }) => reason ?? []),
        }),
        ...(streamed.firstTokenAtMs !== undefined && {
          'gen_ai.response.time_to_first_chunk': (streamed.firstTokenAtMs - clock.startedAtMs) / 1000,
        }),
      });
    }
  });
}
