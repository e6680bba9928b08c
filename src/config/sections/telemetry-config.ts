import { flag, fraction, mapOfText, secret, text, url, wholeNumber } from '../settings/kinds.ts';
import { OptionalSetting, Setting } from '../settings/setting.ts';

export class TelemetryConfig {
  @OptionalSetting(
    'Base URL of an OTLP/HTTP receiver, to which /v1/traces and /v1/metrics are added; without it OpenTelemetry is off and not even loaded.',
    url('http', 'https'),
  )
  endpoint?: string;

  @Setting(
    'Headers that the receiver wants, by name, such as an authorization.',
    secret(mapOfText('a map of header names to values')),
  )
  headers: Record<string, string> = {};

  @Setting('Sends a trace of each sampled request.', flag())
  traces = true;

  @Setting('Sends metrics by the conventions for generative AI, beside those for Prometheus.', flag())
  metrics = true;

  @Setting(
    'Share of the requests that are traced; a request that comes with a trace of its own follows its decision.',
    fraction(),
  )
  samplingRatio = 1;

  @Setting('Seconds from one sending of the metrics to the next.', wholeNumber({ min: 1, max: 3_600 }))
  metricsIntervalSeconds = 60;

  @Setting('What the gateway is called in traces and metrics (service.name).', text())
  serviceName = 'outcrop';

  @Setting(
    'What else is told of this process, such as deployment.environment.name.',
    mapOfText('a map of attribute names to values'),
  )
  resourceAttributes: Record<string, string> = {};
}
