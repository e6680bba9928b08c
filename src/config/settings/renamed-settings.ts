/** Release in which former names of settings, metrics, log fields, events and adjustments stop working. */
export const FORMER_NAMES_END = '0.3.0';

/** A setting whose former name works for one release beside its present one. */
export interface SettingRename {
  /** The former path; `[]` stands for each entry of a list. */
  from: string;
  /** The present path. A setting of a list entry stays in its list. */
  to: string;
  /** `invert`: the former value is the opposite of the present one. */
  convert?: 'invert';
}

/**
 * Settings that have a new name. The loader, the JSON schema and docs/configuration.md read this table. Sections come
 * first. A row of a setting inside a renamed section names both in their former and in their present form.
 */
export const SETTING_RENAMES: readonly SettingRename[] = [
  { from: 'cache', to: 'answerCache' },
  { from: 'caching', to: 'promptCache' },
  { from: 'params', to: 'requests' },
  { from: 'caching.auto', to: 'promptCache.autoCachePoints' },
  { from: 'params.unsupported', to: 'requests.unsupportedFields' },
  { from: 'redis.whenAway', to: 'redis.onUnavailable' },
  { from: 'retry.deadlineMs', to: 'retry.maxElapsedMs' },
  { from: 'models.unknown', to: 'models.onUnknown' },
  { from: 'models.retired', to: 'models.onRetired' },
  { from: 'models.allowIds', to: 'models.allowBedrockIds' },
  { from: 'models.custom[].like', to: 'models.custom[].rulesOf' },
  { from: 'models.discover', to: 'models.discovery.enabled' },
  { from: 'models.discoverEveryMinutes', to: 'models.discovery.intervalMinutes' },
  { from: 'models.routes[].targets[].profiles', to: 'models.routes[].targets[].profilePreference' },
  { from: 'bedrock.profiles', to: 'bedrock.profilePreference' },
  { from: 'bedrock.targets[].profiles', to: 'bedrock.targets[].profilePreference' },
  { from: 'bedrock.controlEndpoint', to: 'bedrock.controlPlaneEndpoint' },
  { from: 'bedrock.quotas.replicas', to: 'bedrock.quotas.shareAmongReplicas' },
  { from: 'bedrock.quotas.discover', to: 'bedrock.quotas.discovery.enabled' },
  { from: 'bedrock.quotas.discoverEveryMinutes', to: 'bedrock.quotas.discovery.intervalMinutes' },
  { from: 'overload.queueMs', to: 'overload.queueTimeoutMs' },
  { from: 'overload.maxQueued', to: 'overload.maxQueuedRequests' },
  { from: 'overload.maxQueuedPerKey', to: 'overload.maxQueuedRequestsPerKey' },
  { from: 'overload.maxBodyBytes', to: 'overload.maxTotalBodyBytes' },
  { from: 'overload.maxBodyBytesPerKey', to: 'overload.maxTotalBodyBytesPerKey' },
  { from: 'thinking.restore', to: 'thinking.restoreForClients' },
  { from: 'thinking.keys', to: 'thinking.sealingKeys' },
  { from: 'thinking.longestCallId', to: 'thinking.maxToolCallIdLength' },
  { from: 'streaming.stalledReaderSeconds', to: 'streaming.clientStallTimeoutSeconds' },
  { from: 'streaming.continuations', to: 'streaming.maxContinuations' },
  { from: 'guardrail.fromRequest', to: 'guardrail.allowRequestGuardrail' },
  { from: 'requestMetadata.key', to: 'requestMetadata.includeKeyName' },
  { from: 'passthrough.fields', to: 'passthrough.modelFields' },
  { from: 'passthrough.betas', to: 'passthrough.betaFlags' },
  { from: 'metrics.public', to: 'metrics.requireKey', convert: 'invert' },
  { from: 'docs.public', to: 'docs.requireKey', convert: 'invert' },
];

/** Returns true if the rename moves a whole section. */
export function isSectionRename({ from }: SettingRename): boolean {
  return !from.includes('.');
}
