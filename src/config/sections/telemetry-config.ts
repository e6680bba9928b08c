import { flag, fraction, mapOfText, secret, text, url, wholeNumber } from '../settings/kinds.ts';
import { OptionalSetting, Setting } from '../settings/setting.ts';

export class TelemetryConfig {
  @OptionalSetting(
    'Base URL of an OTLP/HTTP receiver, to which /v1/traces and /v1/metrics are added. Without it, OpenTelemetry is disabled and not loaded.',
    url('http', 'https'),
  )
  endpoint?: string;

  @Setting(
    'Headers for the receiver by name, such as authorization.',
    secret(mapOfText('a map of header names to values')),
  )
  headers: Record<string, string> = {};

  @Setting('Sends a trace of each sampled request.', flag())
  traces = true;

  @Setting('Sends metrics by the OpenTelemetry conventions for generative AI, in addition to Prometheus.', flag())
  metrics = true;

  @Setting(
    'Share of the requests that are traced. For a request with a trace context, its sampling decision applies.',
    fraction(),
  )
  samplingRatio = 1;

  @Setting('Seconds between two exports of the metrics.', wholeNumber({ min: 1, max: 3_600 }))
  metricsIntervalSeconds = 60;

  @Setting('Name of the gateway in traces and metrics (service.name).', text())
  serviceName = 'outcrop';

  @Setting(
    'Further resource attributes, such as deployment.environment.name.',
    mapOfText('a map of attribute names to values'),
  )
  resourceAttributes: Record<string, string> = {};
}
