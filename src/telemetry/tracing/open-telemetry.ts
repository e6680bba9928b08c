import { resourceFromAttributes } from '@opentelemetry/resources';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import type { TelemetryConfig } from '../../config/gateway-config.ts';
import { PROBE_PATHS } from '../probe-paths.ts';
import type { OpenTelemetryBridge } from '../../request/request-trace.ts';
import { ExportFailureLog } from './export-failures.ts';
import { GenAiMetrics } from './gen-ai-metrics.ts';
import { metricExporter, traceExporter, type OtlpReceiver } from './otlp-exporters.ts';
import { parentContextOf } from './parent-context.ts';
import { RequestSpan } from './request-span.ts';

/** Maximum number of spans that wait for export. Further spans are dropped. */
const MAX_WAITING_SPANS = 2_048;
/** Milliseconds that the shutdown waits for the receiver. */
const SHUTDOWN_TIMEOUT_MS = 2_000;

/**
 * Starts traces and metrics as configured. This file is loaded only if a receiver is configured, because the SDK costs start
 * time and memory.
 */
export function startOpenTelemetry(config: TelemetryConfig, endpoint: string, version: string): OpenTelemetryBridge {
  const failures = new ExportFailureLog();
  const receiver: OtlpReceiver = { endpoint, headers: config.headers };
  const resource = resourceFromAttributes({
    ...config.resourceAttributes,
    'service.name': config.serviceName,
    'service.version': version,
  });
  const scope = ['outcrop', version] as const;
  const tracing = config.traces
    ? new TracerProvider({
        resource,
        sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(config.samplingRatio) }),
        spanProcessors: [
          new BatchSpanProcessor({ exporter: traceExporter(receiver, failures), maxQueueSize: MAX_WAITING_SPANS }),
        ],
      })
    : undefined;
  const metering = config.metrics
    ? new MeterProvider({
        resource,
        readers: [
          new PeriodicExportingMetricReader({
            exporter: metricExporter(receiver, failures),
            exportIntervalMillis: config.metricsIntervalSeconds * 1000,
            exportTimeoutMillis: Math.min(30, config.metricsIntervalSeconds) * 1000,
          }),
        ],
      })
    : undefined;
  const tracer = tracing?.getTracer(...scope);
  const meters = metering && new GenAiMetrics(metering.getMeter(...scope));
  return {
    begin: (request) =>
      tracer && !PROBE_PATHS.test(request.path)
        ? new RequestSpan(tracer, parentContextOf(request.headers), request)
        : undefined,
    observe: (line, route, model) => meters?.observe(line, route, model),
    shutdown: () => withTimeout(Promise.allSettled([tracing?.shutdown(), metering?.shutdown()])),
  };
}

async function withTimeout(work: Promise<unknown>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, SHUTDOWN_TIMEOUT_MS);
  await Promise.race([work, promise]);
  clearTimeout(timer);
}
