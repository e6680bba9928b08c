/** The one tree of settings. Defaults stand here; `load-config.ts` merges YAML and environment over them. */

export class TlsConfig {
  certFile: string;
  keyFile: string;
}

export class ServerConfig {
  host = '0.0.0.0';
  port = 8080;
  /** Largest request body in bytes. */
  bodyLimitBytes = 32 * 1024 * 1024;
  tls?: TlsConfig;
  /** Milliseconds a client may take to send its headers. */
  headersTimeoutMs = 30_000;
  /** Milliseconds a client may take to send the whole request. */
  requestTimeoutMs = 120_000;
  /** Milliseconds an idle keep-alive connection stays open; above the load balancer's own. */
  keepAliveTimeoutMs = 75_000;
}

export class ShutdownConfig {
  /** Seconds running requests get to finish after SIGTERM. */
  graceSeconds = 30;
}

export class LogFileConfig {
  path: string;
  maxSizeMb = 20;
  maxFiles = 5;
}

export class LoggingConfig {
  level: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent' = 'info';
  file?: LogFileConfig;
}

export class ApiKeyConfig {
  name: string;
  /** `sha256:` and 64 hex digits: the hash of the key. */
  hash: string;
  /** Day or moment (ISO 8601) after which the key is refused. */
  expires?: string;
  /** Model names or patterns with `*`; absent: all. */
  models?: string[];
  /** Requests per minute for this key, in place of `limits.requestsPerMinute`. */
  requestsPerMinute?: number;
}

export class AuthConfig {
  keys: ApiKeyConfig[] = [];
}

export class LimitsConfig {
  /** Requests per minute and key; 0 switches the limit off. */
  requestsPerMinute = 0;
}

export class RedisConfig {
  /** `redis://` or `rediss://`; without it limits and caches live in each replica's memory. */
  url?: string;
  keyPrefix = 'outcrop:';
  /** What applies while Redis is away: each replica counts for itself, or nothing is limited. */
  whenAway: 'local' | 'open' = 'local';
  /** Milliseconds a command may take. */
  timeoutMs = 200;
}

export class CacheConfig {
  /** Answers repeated requests from memory or Redis. */
  enabled = false;
  ttlSeconds = 300;
  /** Bytes of answers kept in memory. */
  maxBytes = 64 * 1024 * 1024;
  /** One key may be answered from what another key asked. */
  shared = false;
}

export class RetryConfig {
  maxRetries = 5;
  baseDelayMs = 1_000;
  maxDelayMs = 30_000;
  /** Retries per second that the whole process may add on top of 20 % of its requests. */
  budgetPerSecond = 10;
  /** Milliseconds a request may spend in all, retries included, before its first byte. */
  deadlineMs = 600_000;
}

export class BedrockTimeoutsConfig {
  connectMs = 5_000;
  /** Until the first event of a stream, or until the whole of a plain answer. */
  firstEventMs = 300_000;
  /** Silence between two events of a stream. */
  idleMs = 120_000;
  /** A whole call. */
  totalMs = 3_600_000;
}

export class BedrockConfig {
  /** AWS region; AWS_REGION and the shared config file otherwise. */
  region?: string;
  /** Endpoint in place of the region's own (VPC endpoint, emulator); AWS_ENDPOINT_URL_BEDROCK_RUNTIME otherwise. */
  endpoint?: string;
  /** Inference profiles to prefer: of the region's geography, worldwide, or none (on demand in the region) where the model has them. */
  profiles: 'geo' | 'global' | 'region' = 'geo';
  /** Sockets to Bedrock. */
  maxConnections = 1024;
  timeouts: BedrockTimeoutsConfig = new BedrockTimeoutsConfig();
}

export class CustomModelConfig {
  /** The name clients use. */
  name: string;
  /** Bedrock id, inference profile id or ARN to call. */
  id: string;
  /** Name of the model in the registry whose rules hold. */
  like: string;
  /** Region to call; `bedrock.region` otherwise. */
  region?: string;
}

export class ModelsConfig {
  /** Answers when a request names no known model and `unknown` is `default`. */
  default = 'claude-3-7-sonnet';
  unknown: 'reject' | 'default' = 'reject';
  /** Retired models: their successor answers, the retired id is called, or the request is refused. */
  retired: 'redirect' | 'serve' | 'reject' = 'redirect';
  /** Accept Bedrock ids, inference profile ids and ARNs as model names. */
  allowIds = true;
  /** Further names: alias -> model name. */
  aliases: Record<string, string> = {};
  custom: CustomModelConfig[] = [];
  /** Tokens of an answer when the request names none (never above the model's maximum). */
  defaultMaxTokens = 4_096;
}

export class StreamingConfig {
  /** Seconds of silence after which a comment keeps the connection alive; 0: never. */
  keepAliveSeconds = 15;
}

export class MetricsConfig {
  /** Serve /metrics to anyone; otherwise it wants an API key like every other route. */
  public = false;
}

export class GatewayConfig {
  server: ServerConfig = new ServerConfig();
  shutdown: ShutdownConfig = new ShutdownConfig();
  logging: LoggingConfig = new LoggingConfig();
  auth: AuthConfig = new AuthConfig();
  limits: LimitsConfig = new LimitsConfig();
  redis: RedisConfig = new RedisConfig();
  cache: CacheConfig = new CacheConfig();
  retry: RetryConfig = new RetryConfig();
  bedrock: BedrockConfig = new BedrockConfig();
  models: ModelsConfig = new ModelsConfig();
  streaming: StreamingConfig = new StreamingConfig();
  metrics: MetricsConfig = new MetricsConfig();
}
