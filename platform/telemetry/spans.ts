import {
  type Attributes,
  propagation,
  ROOT_CONTEXT,
  type Span,
  type SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { GatewayError } from '../../domain/errors.ts';

/** `traceparent` and `tracestate` of W3C Trace Context: how a span's parent travels between parts and processes. */
export type TraceHeaders = Record<string, string>;

export interface SpanStart {
  name: string;
  kind: SpanKind;
  /** Names, ids and numbers; never content, keys or header values. */
  attributes: Attributes;
  parent: TraceHeaders | undefined;
}

/**
 * A span below `parent`, or a new trace's first. The parent's `tracestate` is no part of the span, since it is free text
 * of the caller and would be exported; `headersOf` passes it on.
 */
export function startSpan({ name, kind, attributes, parent }: SpanStart): Span {
  const traceparent = parent?.['traceparent'];
  const context = traceparent === undefined ? ROOT_CONTEXT : propagation.extract(ROOT_CONTEXT, { traceparent });
  return trace.getTracer('holdfast').startSpan(name, { kind, attributes }, context);
}

/** Headers by which others continue from the span; the parent's own while tracing is off. */
export function headersOf(span: Span, parent: TraceHeaders | undefined): TraceHeaders {
  const headers: TraceHeaders = { ...parent };
  propagation.inject(trace.setSpan(ROOT_CONTEXT, span), headers);
  return headers;
}

/** Marks the span as failed by a member of the closed error union. Its message may hold a provider's words: left out. */
export function markFailed(span: Span, errorType: string): void {
  span.setAttribute('error.type', errorType);
  span.setStatus({ code: SpanStatusCode.ERROR });
}

/** Does `work` within a span that ends with it; `work` gets the headers to continue from the span. */
export async function withSpan<T>(
  start: SpanStart,
  work: (traceHeaders: TraceHeaders, span: Span) => Promise<T>,
): Promise<T> {
  const span = startSpan(start);
  try {
    return await work(headersOf(span, start.parent), span);
  } catch (error) {
    markFailed(span, errorTypeOf(error));
    throw error;
  } finally {
    span.end();
  }
}

function errorTypeOf(error: unknown): string {
  if (error instanceof GatewayError) return error.type;
  if (error instanceof CancelledFailure) return 'cancelled';
  return (error instanceof ApplicationFailure && error.type) || 'internal_error';
}
