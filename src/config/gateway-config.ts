import { AuthConfig, LimitsConfig } from './sections/access-config.ts';
import { BedrockConfig, RetryConfig } from './sections/bedrock-config.ts';
import { DebugConfig } from './sections/debug-config.ts';
import { DeprecatedNamesConfig } from './sections/deprecated-names-config.ts';
import { LoggingConfig } from './sections/logging-config.ts';
import { ManagementConfig } from './sections/management-config.ts';
import { MediaConfig } from './sections/media-config.ts';
import { ModelsConfig } from './sections/models-config.ts';
import { OverloadConfig } from './sections/overload-config.ts';
import {
  PromptCacheConfig,
  GuardrailConfig,
  RequestsConfig,
  PassthroughConfig,
  RequestMetadataConfig,
} from './sections/request-config.ts';
import { ResponsesConfig } from './sections/responses-config.ts';
import { DocsConfig, MetricsConfig, ServerConfig, ShutdownConfig, StreamingConfig } from './sections/server-config.ts';
import { AnswerCacheConfig, RedisConfig } from './sections/storage-config.ts';
import { StructuredConfig } from './sections/structured-config.ts';
import { TelemetryConfig } from './sections/telemetry-config.ts';
import { ThinkingConfig } from './sections/thinking-config.ts';
import { section, needsRestart } from './settings/kinds.ts';
import { Setting } from './settings/setting.ts';

export { ApiKeyConfig, AuthConfig, LimitsConfig } from './sections/access-config.ts';
export { BedrockConfig, BedrockTimeoutsConfig, RetryConfig } from './sections/bedrock-config.ts';
export { DebugConfig, DebugContentConfig } from './sections/debug-config.ts';
export { DeprecatedNamesConfig } from './sections/deprecated-names-config.ts';
export { LogFileConfig, LoggingConfig } from './sections/logging-config.ts';
export { ManagementConfig } from './sections/management-config.ts';
export { MediaConfig, MediaFetchConfig } from './sections/media-config.ts';
export { CustomModelConfig, ModelsConfig, RouteConfig } from './sections/models-config.ts';
export { QuotaConfig, QuotasConfig } from './sections/quotas-config.ts';
export { OverloadConfig } from './sections/overload-config.ts';
export {
  PromptCacheConfig,
  GuardrailConfig,
  RequestsConfig,
  PassthroughConfig,
  RequestMetadataConfig,
} from './sections/request-config.ts';
export { ResponsesConfig } from './sections/responses-config.ts';
export {
  DocsConfig,
  MetricsConfig,
  ServerConfig,
  ShutdownConfig,
  StreamingConfig,
  TlsConfig,
} from './sections/server-config.ts';
export { AnswerCacheConfig, RedisConfig } from './sections/storage-config.ts';
export { StructuredConfig } from './sections/structured-config.ts';
export { AccountConfig, RouteTargetConfig, TargetConfig } from './sections/targets-config.ts';
export { TelemetryConfig } from './sections/telemetry-config.ts';
export { ThinkingConfig, ThinkingKeyConfig } from './sections/thinking-config.ts';

/** The one tree of settings and the token that injects it. `load-config.ts` lays file and environment over it. */
export class GatewayConfig {
  @Setting('Where clients connect.', section(ServerConfig))
  server: ServerConfig = new ServerConfig();

  @Setting('Where probes and Prometheus connect, if not where clients do.', section(ManagementConfig))
  management: ManagementConfig = new ManagementConfig();

  @Setting('How the gateway stops.', section(ShutdownConfig))
  shutdown: ShutdownConfig = new ShutdownConfig();

  @Setting('What is logged and where to; never the content of a request, at no level.', section(LoggingConfig))
  logging: LoggingConfig = new LoggingConfig();

  @Setting('What is logged of the content of requests, for a limited time.', section(DebugConfig))
  debug: DebugConfig = new DebugConfig();

  @Setting('Names that this release emits for the last time.', section(DeprecatedNamesConfig))
  deprecatedNames: DeprecatedNamesConfig = new DeprecatedNamesConfig();

  @Setting('Who may use the gateway.', section(AuthConfig))
  auth: AuthConfig = new AuthConfig();

  @Setting('How much each key may use.', section(LimitsConfig))
  limits: LimitsConfig = new LimitsConfig();

  @Setting('What happens when there is more to do than can be done.', section(OverloadConfig))
  overload: OverloadConfig = new OverloadConfig();

  @Setting('State that replicas share.', section(RedisConfig))
  redis: RedisConfig = new RedisConfig();

  @Setting('Answers that are given again without asking Bedrock.', section(AnswerCacheConfig))
  answerCache: AnswerCacheConfig = new AnswerCacheConfig();

  @Setting('How failures of Bedrock are retried, before the first byte of an answer.', section(RetryConfig))
  retry: RetryConfig = new RetryConfig();

  @Setting('How Bedrock is reached; credentials come from the AWS SDK default chain.', section(BedrockConfig))
  bedrock: BedrockConfig = new BedrockConfig();

  @Setting('Which models there are and what they are called.', section(ModelsConfig))
  models: ModelsConfig = new ModelsConfig();

  @Setting('Images that requests do not hold but name.', section(MediaConfig))
  media: MediaConfig = new MediaConfig();

  @Setting('How the thoughts of models outlive clients that throw them away.', section(ThinkingConfig))
  thinking: ThinkingConfig = new ThinkingConfig();

  @Setting('POST /v1/responses and what it keeps.', section(ResponsesConfig))
  responses: ResponsesConfig = new ResponsesConfig();

  @Setting('How the gateway treats fields of a request.', section(RequestsConfig))
  requests: RequestsConfig = new RequestsConfig();

  @Setting('What checking answers against JSON schemas may cost.', section(StructuredConfig))
  structured: StructuredConfig = new StructuredConfig();

  @Setting("Bedrock's prompt cache; answerCache is the cache of answers in the gateway.", section(PromptCacheConfig))
  promptCache: PromptCacheConfig = new PromptCacheConfig();

  @Setting('The Bedrock guardrail of all requests.', section(GuardrailConfig))
  guardrail: GuardrailConfig = new GuardrailConfig();

  @Setting('What the invocation logs of Bedrock learn about a request.', section(RequestMetadataConfig))
  requestMetadata: RequestMetadataConfig = new RequestMetadataConfig();

  @Setting('What requests may hand to a model past the gateway.', section(PassthroughConfig))
  passthrough: PassthroughConfig = new PassthroughConfig();

  @Setting('How streams are kept alive, and when they are cut.', section(StreamingConfig))
  streaming: StreamingConfig = new StreamingConfig();

  @Setting('Prometheus metrics.', section(MetricsConfig))
  metrics: MetricsConfig = new MetricsConfig();

  @Setting('OpenTelemetry: traces and metrics over OTLP.', needsRestart(section(TelemetryConfig)))
  telemetry: TelemetryConfig = new TelemetryConfig();

  @Setting('The description of the API.', section(DocsConfig))
  docs: DocsConfig = new DocsConfig();
}
