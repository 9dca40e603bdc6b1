import { Counter, Histogram, type Registry } from 'prom-client';

const latencyBucketsS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120];

/** Prometheus counters of what the steps do. */
export function createStepMetrics(registry: Registry) {
  const registers = [registry];
  const attempts = new Counter({
    name: 'holdfast_attempts_total',
    help: 'Calls of deployments by how they ended',
    labelNames: ['deployment', 'outcome', 'error_type'],
    registers,
  });
  const attemptSeconds = new Histogram({
    name: 'holdfast_attempt_duration_seconds',
    help: 'Time from the call of a deployment to its end',
    labelNames: ['deployment', 'outcome'],
    buckets: latencyBucketsS,
    registers,
  });
  const firstTokenSeconds = new Histogram({
    name: 'holdfast_time_to_first_token_seconds',
    help: 'Time from the call of a deployment to the first token of its stream',
    labelNames: ['deployment'],
    buckets: latencyBucketsS,
    registers,
  });
  const requests = new Counter({
    name: 'holdfast_requests_settled_total',
    help: 'Requests by their outcome: completed, or the type of their error',
    labelNames: ['tenant', 'alias', 'outcome'],
    registers,
  });
  return {
    attemptEnded(
      { deployment, outcome, errorType }: { deployment: string; outcome: string; errorType?: string },
      latencyMs: number,
    ) {
      attempts.inc({ deployment, outcome, error_type: errorType ?? '' });
      attemptSeconds.observe({ deployment, outcome }, latencyMs / 1000);
    },
    firstToken({ deployment }: { deployment: string }, latencyMs: number) {
      firstTokenSeconds.observe({ deployment }, latencyMs / 1000);
    },
    requestSettled(labels: { tenant: string; alias: string; outcome: string }) {
      requests.inc(labels);
    },
  };
}
