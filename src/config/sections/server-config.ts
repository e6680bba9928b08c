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
    'Address to listen on; 127.0.0.1 keeps the gateway to this machine.',
    needsRestart(text('an address or host name')),
  )
  host = '0.0.0.0';

  @Setting('Port to listen on; 0 takes any free port.', needsRestart(wholeNumber({ min: 0, max: 65_535 })))
  port = 8080;

  @Setting('Largest request body in bytes; images travel inside it.', wholeNumber({ min: 1024, max: 1024 ** 3 }))
  bodyLimitBytes = 32 * 1024 * 1024;

  @OptionalSetting(
    'Serves HTTPS with this certificate; without it the gateway speaks plain HTTP.',
    needsRestart(section(TlsConfig)),
  )
  tls?: TlsConfig;

  @Setting('Milliseconds a client may take to send its headers.', milliseconds())
  headersTimeoutMs = 30_000;

  @Setting('Milliseconds a client may take to send the whole request.', milliseconds())
  requestTimeoutMs = 120_000;

  @Setting(
    'Milliseconds an idle connection stays open; keep it above the idle time of the load balancer in front.',
    milliseconds(),
  )
  keepAliveTimeoutMs = 75_000;

  @OptionalSetting(
    'Most open connections of clients. At the limit a new one takes the place of the oldest on which no valid API key was seen; without such, it is reset, and idle ones are closed. Without this setting 8192, or what fits in an eighth of the memory of the container at 10 KB each, 56 KB with tls.',
    wholeNumber({ min: 1, max: 1_000_000 }),
  )
  maxConnections?: number;

  @OptionalSetting(
    'Most of them from one IPv4 address or IPv6 /64 on which no valid API key was seen yet; addresses in trustProxy are exempt. Without this setting a sixteenth of maxConnections.',
    wholeNumber({ min: 1, max: 1_000_000 }),
  )
  maxConnectionsPerAddress?: number;

  @Setting(
    'Proxies in front whose X-Forwarded-For counts: their addresses, or the number of proxies that each request passes, ' +
      'which is safe only where clients cannot reach the gateway past them. Logs then show the address of the client.',
    proxies(),
  )
  trustProxy: number | string[] = [];
}

export class ShutdownConfig {
  @Setting(
    'Seconds for which the gateway still accepts after SIGTERM, while it already says that it is not ready: as long as load balancers take to notice.',
    wholeNumber({ min: 0, max: 3_600 }),
  )
  drainDelaySeconds = 5;

  @Setting(
    'Seconds that running requests get to finish after drainDelaySeconds; keep both together well below the grace period of the orchestrator.',
    wholeNumber({ min: 0, max: 86_400 }),
  )
  graceSeconds = 30;
}

export class StreamingConfig {
  @Setting(
    'Seconds of silence after which a comment keeps a streaming connection alive; 0: never.',
    wholeNumber({ min: 0, max: Math.floor(MAX_TIMER_MS / 1000) }),
  )
  keepAliveSeconds = 15;

  @Setting(
    'Seconds after which a client is cut that has stopped reading while bytes wait for it; 0: never.',
    wholeNumber({ min: 0, max: Math.floor(MAX_TIMER_MS / 1000) }),
  )
  clientStallTimeoutSeconds = 120;

  @Setting(
    'How often an answer that broke off is taken up again behind the text that the client has, for models that go on ' +
      'with a begun answer; marked by a comment in the stream. 0: never, the stream ends in an error.',
    wholeNumber({ min: 0, max: 5 }),
  )
  maxContinuations = 0;
}

export class MetricsConfig {
  @Setting(
    'Requires an API key with metrics: true for /metrics on server.port; false serves it to anyone. The management port never requires a key.',
    flag(),
  )
  requireKey = true;
}

export class DocsConfig {
  @Setting(
    'Serves the description of the API, /openapi.json, and a page to read it and try it, /docs.',
    needsRestart(flag()),
  )
  enabled = true;

  @Setting('Requires an API key for /openapi.json, which the page asks for; false serves it to anyone.', flag())
  requireKey = true;
}
