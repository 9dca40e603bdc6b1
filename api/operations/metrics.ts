import { collectDefaultMetrics, Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { Route } from '../http/exchange.ts';

/** How a model request left the edge. */
export type RequestOutcome = 'completed' | 'failed' | 'cancelled' | 'accepted' | 'disconnected';

export interface RequestMetrics {
  httpDuration: Histogram<'method' | 'route' | 'status'>;
  httpInFlight: Gauge;
  modelRequests: Counter<'modality' | 'mode' | 'outcome'>;
}

/** Registers the edge's instruments and the process's own. No label ever holds content, a key or a tenant. */
export function requestMetrics(registry: Registry): RequestMetrics {
  collectDefaultMetrics({ register: registry });
  return {
    httpDuration: new Histogram({
      name: 'http_request_duration_seconds',
      help: 'From the request line to the end of the answer, streams included.',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300],
      registers: [registry],
    }),
    httpInFlight: new Gauge({
      name: 'http_requests_in_flight',
      help: 'HTTP requests whose answer has not ended.',
      registers: [registry],
    }),
    modelRequests: new Counter({
      name: 'gateway_requests_total',
      help: 'Model requests by how they left the HTTP edge.',
      labelNames: ['modality', 'mode', 'outcome'],
      registers: [registry],
    }),
  };
}

/** `GET /metrics`, open: it holds counts and times only. */
export function metricsRoute(registry: Registry): Route {
  return {
    method: 'get',
    path: '/metrics',
    access: 'open',
    doc: {
      summary: 'Prometheus metrics: counts and times, no content',
      tag: 'operations',
      responses: { 200: { description: 'Metrics', mediaType: 'text/plain' } },
    },
    handle: async ({ res }) => {
      const text = await registry.metrics();
      res.setHeader('content-type', registry.contentType);
      res.end(text);
    },
  };
}
