import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import type { ExportFailureLog } from './export-failures.ts';

/** Milliseconds for a batch, retries included. */
const TIMEOUT_MS = 10_000;
/** Batches on their way at the same time; more are dropped. */
const MOST_AT_ONCE = 4;

/** Where to, and with what. */
export interface OtlpReceiver {
  endpoint: string;
  headers: Readonly<Record<string, string>>;
}

export function traceExporter(receiver: OtlpReceiver, failures: ExportFailureLog): OTLPTraceExporter {
  const exporter = new OTLPTraceExporter(settingsFor(receiver, 'v1/traces'));
  const send = exporter.export.bind(exporter);
  exporter.export = (spans, done) => send(spans, telling('traces', failures, done));
  return exporter;
}

export function metricExporter(receiver: OtlpReceiver, failures: ExportFailureLog): OTLPMetricExporter {
  const exporter = new OTLPMetricExporter(settingsFor(receiver, 'v1/metrics'));
  const send = exporter.export.bind(exporter);
  exporter.export = (metrics, done) => send(metrics, telling('metrics', failures, done));
  return exporter;
}

function settingsFor({ endpoint, headers }: OtlpReceiver, path: string) {
  const url = `${endpoint.replace(/\/+$/, '')}/${path}`;
  return { url, headers: { ...headers }, timeoutMillis: TIMEOUT_MS, concurrencyLimit: MOST_AT_ONCE };
}

type Done = Parameters<OTLPTraceExporter['export']>[1];

/** The SDK tells failures to a logger that is global to the process; here they come to ours. */
function telling(signal: 'traces' | 'metrics', failures: ExportFailureLog, done: Done): Done {
  return (result) => {
    if (result.error) failures.failed(signal, result.error);
    done(result);
  };
}
