import { setTimeout as delay } from 'node:timers/promises';
import { propagation, trace } from '@opentelemetry/api';
import { ExportResultCode, W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, type SpanExporter, TracerProvider } from '@opentelemetry/sdk-trace';
import type { Logger } from '../logger.ts';
import type { Tracing } from './tracing.ts';

/** A kill loses at most the spans of this time. */
const exportIntervalMs = 1_000;
const shutdownTimeoutMs = 2_000;
/** Names of models and finish reasons are a provider's words: they are not trusted to be short. */
const maxAttributeChars = 256;

/**
 * Registers the process's tracer. Spans wait in a bounded queue and are dropped when it is full, so a collector that is
 * slow or away costs requests nothing. The exporter itself reads OTEL_EXPORTER_OTLP_HEADERS, _TIMEOUT, _COMPRESSION and
 * _CERTIFICATE; the resource takes OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES.
 */
export function startOtlpExport(options: { endpoint: string; version: string; logger: Logger }): Tracing {
  const { endpoint, version, logger } = options;
  const exporter = new OTLPTraceExporter({ url: `${endpoint.replace(/\/+$/, '')}/v1/traces` });
  const provider = new TracerProvider({
    resource: defaultResource()
      .merge(resourceFromAttributes({ 'service.name': 'holdfast', 'service.version': version }))
      .merge(detectResources({ detectors: [envDetector] })),
    spanLimits: { attributeValueLengthLimit: maxAttributeChars },
    spanProcessors: [
      new BatchSpanProcessor({
        exporter: sayingOnce(exporter, logger),
        scheduledDelayMillis: exportIntervalMs,
      }),
    ],
  });
  trace.setGlobalTracerProvider(provider);
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  return {
    async shutdown() {
      trace.disable();
      propagation.disable();
      const left = provider.shutdown().catch(() => undefined);
      await Promise.race([left, delay(shutdownTimeoutMs, undefined, { ref: false })]);
    },
  };
}

/** One line when traces stop arriving and one when they arrive again, however many exports fail between. */
function sayingOnce(exporter: SpanExporter, logger: Logger): SpanExporter {
  let away = false;
  return {
    export(spans, done) {
      exporter.export(spans, (result) => {
        const failed = result.code === ExportResultCode.FAILED;
        if (failed && !away) logger.warn({ part: 'tracing' }, 'the OTLP endpoint takes no traces; they are dropped');
        if (!failed && away) logger.info({ part: 'tracing' }, 'the OTLP endpoint takes traces again');
        away = failed;
        done(result);
      });
    },
    shutdown: () => exporter.shutdown(),
  };
}
