import { SpanKind } from '@opentelemetry/api';
import type { RequestHandler } from 'express';
import { headersOf, markFailed, startSpan } from '../../platform/telemetry/spans.ts';
import { traceHeaders } from '../gateway/request-headers.ts';
import { notedRoute } from './observe.ts';

/**
 * A SERVER span for each request, below the caller's span where it sent one. Source: OpenTelemetry semantic conventions
 * for HTTP, "HTTP server span"; `url.path` and `url.query` are left out because callers choose what is in them.
 */
export function traceRequests(): RequestHandler {
  return (req, res, next) => {
    const parent = traceHeaders(req.headers);
    const attributes = { 'http.request.method': req.method, 'url.scheme': req.protocol };
    const span = startSpan({ name: req.method, kind: SpanKind.SERVER, attributes, parent });
    // Whoever reads the request's trace from here on continues from this span.
    delete req.headers['tracestate'];
    Object.assign(req.headers, headersOf(span, parent));
    res.once('close', () => {
      const route = notedRoute(res);
      if (route !== undefined) {
        span.updateName(`${req.method} ${route}`);
        span.setAttribute('http.route', route);
      }
      span.setAttribute('holdfast.request.id', String(res.getHeader('x-request-id')));
      if (res.headersSent) span.setAttribute('http.response.status_code', res.statusCode);
      if (!res.writableFinished) markFailed(span, 'cancelled');
      else if (res.statusCode >= 500) markFailed(span, String(res.statusCode));
      span.end();
    });
    next();
  };
}
