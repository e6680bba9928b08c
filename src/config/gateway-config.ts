import { AuthConfig, LimitsConfig } from './sections/access-config.ts';
import { AdminConfig } from './sections/admin-config.ts';
import { BedrockConfig, RetryConfig } from './sections/bedrock-config.ts';
import { DatabaseConfig } from './sections/database-config.ts';
import { DebugConfig } from './sections/debug-config.ts';
import { DeprecatedNamesConfig } from './sections/deprecated-names-config.ts';
import { CatalogPolicyConfig, GovernanceConfig } from './sections/governance-config.ts';
import { LedgerConfig } from './sections/ledger-config.ts';
import { LoggingConfig } from './sections/logging-config.ts';
import { ManagementConfig } from './sections/management-config.ts';
import { MediaConfig } from './sections/media-config.ts';
import { ModelsConfig } from './sections/models-config.ts';
import { OverloadConfig } from './sections/overload-config.ts';
import { PricesConfig } from './sections/prices-config.ts';
import { RedisConfig } from './sections/redis-config.ts';
import {
  PromptCacheConfig,
  GuardrailConfig,
  RequestsConfig,
  PassthroughConfig,
  RequestMetadataConfig,
} from './sections/request-config.ts';
import { ResponsesConfig } from './sections/responses-config.ts';
import { DocsConfig, MetricsConfig, ServerConfig, ShutdownConfig, StreamingConfig } from './sections/server-config.ts';
import { AnswerCacheConfig } from './sections/storage-config.ts';
import { StructuredConfig } from './sections/structured-config.ts';
import { TelemetryConfig } from './sections/telemetry-config.ts';
import { ThinkingConfig } from './sections/thinking-config.ts';
import { section, needsRestart } from './settings/kinds.ts';
import { Setting } from './settings/setting.ts';

export { AuthConfig, LimitsConfig } from './sections/access-config.ts';
export { AdminConfig, AdminKeyConfig } from './sections/admin-config.ts';
export { ApiKeyConfig } from './keys/api-key-config.ts';
export { BedrockConfig, BedrockTimeoutsConfig, RetryConfig } from './sections/bedrock-config.ts';
export { DatabaseConfig } from './sections/database-config.ts';
export { DebugConfig, DebugContentConfig } from './sections/debug-config.ts';
export { DeprecatedNamesConfig } from './sections/deprecated-names-config.ts';
export { CatalogPolicyConfig, GovernanceConfig, SnapshotKeyConfig } from './sections/governance-config.ts';
export { GroupRuleConfig, JwtClaimsConfig, JwtIssuerConfig } from './sections/jwt-config.ts';
export { LedgerConfig, LedgerExportConfig } from './sections/ledger-config.ts';
export { LogFileConfig, LoggingConfig } from './sections/logging-config.ts';
export { ManagementConfig } from './sections/management-config.ts';
export { MediaConfig, MediaFetchConfig } from './sections/media-config.ts';
export { CustomModelConfig, ModelsConfig, RouteConfig } from './sections/models-config.ts';
export { ContractConfig, PricesConfig } from './sections/prices-config.ts';
export { QuotaConfig, QuotasConfig } from './sections/quotas-config.ts';
export { OverloadConfig } from './sections/overload-config.ts';
export { ReconciliationConfig } from './sections/reconciliation-config.ts';
export { RedisConfig, RedisIamConfig, RedisTlsConfig } from './sections/redis-config.ts';
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
export { AnswerCacheConfig } from './sections/storage-config.ts';
export { StructuredConfig } from './sections/structured-config.ts';
export { AccountConfig, RouteTargetConfig, TargetConfig } from './sections/targets-config.ts';
export { TelemetryConfig } from './sections/telemetry-config.ts';
export { ThinkingConfig, ThinkingKeyConfig } from './sections/thinking-config.ts';

/** The tree of all settings, and the injection token for it. `load-config.ts` reads it from file and environment. */
export class GatewayConfig {
  @Setting('The server for clients.', section(ServerConfig))
  server: ServerConfig = new ServerConfig();

  @Setting('The separate server for probes and Prometheus.', section(ManagementConfig))
  management: ManagementConfig = new ManagementConfig();

  @Setting('The shutdown of the gateway.', section(ShutdownConfig))
  shutdown: ShutdownConfig = new ShutdownConfig();

  @Setting('The log. It never contains content of requests, at any level.', section(LoggingConfig))
  logging: LoggingConfig = new LoggingConfig();

  @Setting('Logging of request content, for a limited time.', section(DebugConfig))
  debug: DebugConfig = new DebugConfig();

  @Setting('Names that this release emits for the last time.', section(DeprecatedNamesConfig))
  deprecatedNames: DeprecatedNamesConfig = new DeprecatedNamesConfig();

  @Setting('Access to the gateway.', section(AuthConfig))
  auth: AuthConfig = new AuthConfig();

  @Setting('Teams, applications and keys beside auth.keys.', section(GovernanceConfig))
  governance: GovernanceConfig = new GovernanceConfig();

  @Setting('The catalog of models of the company.', section(CatalogPolicyConfig))
  catalog: CatalogPolicyConfig = new CatalogPolicyConfig();

  @Setting('The database of teams, keys and audit.', section(DatabaseConfig))
  database: DatabaseConfig = new DatabaseConfig();

  @Setting('The ledger: rows and sums of all requests, in the database.', section(LedgerConfig))
  ledger: LedgerConfig = new LedgerConfig();

  @Setting('The admin API.', section(AdminConfig))
  admin: AdminConfig = new AdminConfig();

  @Setting('Limits of each API key.', section(LimitsConfig))
  limits: LimitsConfig = new LimitsConfig();

  @Setting('The behavior under overload.', section(OverloadConfig))
  overload: OverloadConfig = new OverloadConfig();

  @Setting('State that replicas share.', section(RedisConfig))
  redis: RedisConfig = new RedisConfig();

  @Setting('The cache of complete answers.', section(AnswerCacheConfig))
  answerCache: AnswerCacheConfig = new AnswerCacheConfig();

  @Setting('Retries of failed requests, before the first byte of an answer.', section(RetryConfig))
  retry: RetryConfig = new RetryConfig();

  @Setting('The connection to Bedrock. Credentials come from the default chain of the AWS SDK.', section(BedrockConfig))
  bedrock: BedrockConfig = new BedrockConfig();

  @Setting('Models, their names and their routes.', section(ModelsConfig))
  models: ModelsConfig = new ModelsConfig();

  @Setting('Prices of models, beside the built-in list.', section(PricesConfig))
  prices: PricesConfig = new PricesConfig();

  @Setting('Media in requests.', section(MediaConfig))
  media: MediaConfig = new MediaConfig();

  @Setting('Thinking of models, stored for clients that do not send it back.', section(ThinkingConfig))
  thinking: ThinkingConfig = new ThinkingConfig();

  @Setting('POST /v1/responses, and the storage of responses.', section(ResponsesConfig))
  responses: ResponsesConfig = new ResponsesConfig();

  @Setting('How the gateway treats fields of a request.', section(RequestsConfig))
  requests: RequestsConfig = new RequestsConfig();

  @Setting('Limits for checking answers against JSON schemas.', section(StructuredConfig))
  structured: StructuredConfig = new StructuredConfig();

  @Setting("Bedrock's prompt cache. For complete answers, see the section answerCache.", section(PromptCacheConfig))
  promptCache: PromptCacheConfig = new PromptCacheConfig();

  @Setting('The Bedrock guardrail for all requests.', section(GuardrailConfig))
  guardrail: GuardrailConfig = new GuardrailConfig();

  @Setting('Metadata of requests in the invocation logs of Bedrock.', section(RequestMetadataConfig))
  requestMetadata: RequestMetadataConfig = new RequestMetadataConfig();

  @Setting('Model-specific fields that requests may pass to the model.', section(PassthroughConfig))
  passthrough: PassthroughConfig = new PassthroughConfig();

  @Setting('Keep-alives, timeouts and continuations of streams.', section(StreamingConfig))
  streaming: StreamingConfig = new StreamingConfig();

  @Setting('Prometheus metrics.', section(MetricsConfig))
  metrics: MetricsConfig = new MetricsConfig();

  @Setting('OpenTelemetry traces and metrics over OTLP.', needsRestart(section(TelemetryConfig)))
  telemetry: TelemetryConfig = new TelemetryConfig();

  @Setting('The OpenAPI document and its page.', section(DocsConfig))
  docs: DocsConfig = new DocsConfig();
}
