import { flag, MAX_TIMER_MS, milliseconds, section, text, needsRestart, wholeNumber } from '../settings/kinds.ts';
import { proxies } from '../settings/proxies.ts';
import { OptionalSetting, Setting } from '../settings/setting.ts';

export class TlsConfig {
  @Setting('PEM file with the certificate and its chain.', text('the path of a PEM file'))
  certFile: string;

  @Setting('PEM file with the private key.', text('the path of a PEM file'))
  keyFile: string;
}

export class ServerConfig {
  @Setting(
    'Address to listen on; 127.0.0.1 accepts connections of this machine only.',
    needsRestart(text('an address or host name')),
  )
  host = '0.0.0.0';

  @Setting('Port to listen on; 0 selects any free port.', needsRestart(wholeNumber({ min: 0, max: 65_535 })))
  port = 8080;

  @Setting('Maximum request body in bytes, including images in it.', wholeNumber({ min: 1024, max: 1024 ** 3 }))
  bodyLimitBytes = 32 * 1024 * 1024;

  @OptionalSetting('Serves HTTPS with this certificate. Default: plain HTTP.', needsRestart(section(TlsConfig)))
  tls?: TlsConfig;

  @Setting('Milliseconds for a client to send its headers.', milliseconds())
  headersTimeoutMs = 30_000;

  @Setting('Milliseconds for a client to send the whole request.', milliseconds())
  requestTimeoutMs = 120_000;

  @Setting(
    'Milliseconds for which an idle connection stays open. Must exceed the idle time of the load balancer.',
    milliseconds(),
  )
  keepAliveTimeoutMs = 75_000;

  @OptionalSetting(
    'Maximum number of client connections. At the limit, a new connection replaces the oldest one without a valid API key. If there is none, the new connection is reset and idle ones are closed. Default: 8192, or as many as fit into an eighth of the memory of the container, at 10 KB each, 56 KB with tls.',
    wholeNumber({ min: 1, max: 1_000_000 }),
  )
  maxConnections?: number;

  @OptionalSetting(
    'Maximum number of connections without a valid API key from one IPv4 address or IPv6 /64. Addresses in trustProxy are exempt. Default: a sixteenth of maxConnections.',
    wholeNumber({ min: 1, max: 1_000_000 }),
  )
  maxConnectionsPerAddress?: number;

  @Setting(
    'Proxies whose X-Forwarded-For is trusted: their addresses, or the number of proxies that each request passes, which is safe only if clients cannot bypass them. Logs then contain the address of the client.',
    proxies(),
  )
  trustProxy: number | string[] = [];
}

export class ShutdownConfig {
  @Setting(
    'Seconds for which the gateway still accepts requests after SIGTERM while it is not ready: the time that load balancers need to notice.',
    wholeNumber({ min: 0, max: 3_600 }),
  )
  drainDelaySeconds = 5;

  @Setting(
    'Seconds for running requests to finish after drainDelaySeconds. Both together must be well below the grace period of the orchestrator.',
    wholeNumber({ min: 0, max: 86_400 }),
  )
  graceSeconds = 30;
}

export class StreamingConfig {
  @Setting(
    'Seconds of silence before a comment keeps a stream alive; 0: never.',
    wholeNumber({ min: 0, max: Math.floor(MAX_TIMER_MS / 1000) }),
  )
  keepAliveSeconds = 15;

  @Setting(
    'Seconds after which a client that has stopped reading is disconnected if bytes wait for it; 0: never.',
    wholeNumber({ min: 0, max: Math.floor(MAX_TIMER_MS / 1000) }),
  )
  clientStallTimeoutSeconds = 120;

  @Setting(
    'Maximum number of times that a broken answer is continued after the text that the client has, for models that support a prefill. A comment in the stream marks it. 0: never, the stream ends in an error.',
    wholeNumber({ min: 0, max: 5 }),
  )
  maxContinuations = 0;
}

export class MetricsConfig {
  @Setting(
    'Requires an API key with metrics: true for /metrics on server.port; false serves it without a key. The management port never requires a key.',
    flag(),
  )
  requireKey = true;
}

export class DocsConfig {
  @Setting('Serves the OpenAPI document at /openapi.json, and its page at /docs.', needsRestart(flag()))
  enabled = true;

  @Setting(
    'Requires an API key for /openapi.json; the page at /docs asks the reader for it. false serves the document without a key.',
    flag(),
  )
  requireKey = true;
}
