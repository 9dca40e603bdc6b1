import type { Logger } from '../logger.ts';

export interface Tracing {
  /** Sends what is left, for at most two seconds, and stops; never rejects. */
  shutdown(): Promise<void>;
}

/**
 * Sends spans to an OpenTelemetry collector by OTLP/HTTP. Without an endpoint nothing is loaded and every span is the
 * no-op of the OpenTelemetry API. The SDK takes 25 MB and a fifth of a second, so only who uses it loads it.
 */
export async function startTracing(options: {
  /** Base address of the collector, e.g. `http://127.0.0.1:4318`. */
  otlpEndpoint?: string | undefined;
  version: string;
  logger: Logger;
}): Promise<Tracing> {
  const { otlpEndpoint, version, logger } = options;
  if (otlpEndpoint === undefined) return { shutdown: async () => {} };
  const { startOtlpExport } = await import('./otlp-export.ts');
  return startOtlpExport({ endpoint: otlpEndpoint, version, logger });
}
