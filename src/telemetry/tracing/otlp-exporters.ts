import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import type { ExportFailureLog } from './export-failures.ts';

/** Milliseconds for one batch, including retries. */
const TIMEOUT_MS = 10_000;
/** Maximum number of concurrent batches. Further batches are dropped. */
const MAX_CONCURRENT = 4;

/** Endpoint and headers of the receiver. */
export interface OtlpReceiver {
  endpoint: string;
  headers: Readonly<Record<string, string>>;
}

/** Creates the exporter of traces. It reports failures to `failures`. */
export function traceExporter(receiver: OtlpReceiver, failures: ExportFailureLog): OTLPTraceExporter {
  const exporter = new OTLPTraceExporter(settingsFor(receiver, 'v1/traces'));
  const send = exporter.export.bind(exporter);
  exporter.export = (spans, done) => send(spans, reportFailures('traces', failures, done));
  return exporter;
}

/** Creates the exporter of metrics. It reports failures to `failures`. */
export function metricExporter(receiver: OtlpReceiver, failures: ExportFailureLog): OTLPMetricExporter {
  const exporter = new OTLPMetricExporter(settingsFor(receiver, 'v1/metrics'));
  const send = exporter.export.bind(exporter);
  exporter.export = (metrics, done) => send(metrics, reportFailures('metrics', failures, done));
  return exporter;
}

function settingsFor({ endpoint, headers }: OtlpReceiver, path: string) {
  const url = `${endpoint.replace(/\/+$/, '')}/${path}`;
  return { url, headers: { ...headers }, timeoutMillis: TIMEOUT_MS, concurrencyLimit: MAX_CONCURRENT };
}

type Done = Parameters<OTLPTraceExporter['export']>[1];

/**
 * Wraps the callback of an export, so that failures reach the gateway's log. The SDK reports them only to a process-wide
 * logger.
 */
function reportFailures(signal: 'traces' | 'metrics', failures: ExportFailureLog, done: Done): Done {
  return (result) => {
    if (result.error) failures.failed(signal, result.error);
    done(result);
  };
}
