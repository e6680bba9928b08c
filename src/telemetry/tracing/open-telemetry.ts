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

/** Spans that wait to be sent; what comes on top is dropped. */
const MOST_WAITING_SPANS = 2_048;
/** Milliseconds that the end of the process waits for the receiver. */
const PATIENCE_AT_END_MS = 2_000;

/** Starts what is switched on. This file is loaded only where there is a receiver: the SDK costs start time and memory. */
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
          new BatchSpanProcessor({ exporter: traceExporter(receiver, failures), maxQueueSize: MOST_WAITING_SPANS }),
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
    shutdown: () => inTime(Promise.allSettled([tracing?.shutdown(), metering?.shutdown()])),
  };
}

async function inTime(work: Promise<unknown>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, PATIENCE_AT_END_MS);
  await Promise.race([work, promise]);
  clearTimeout(timer);
}
