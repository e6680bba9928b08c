import type { Problem } from '../settings/config-error.ts';
import type { GatewayConfig } from '../gateway-config.ts';
import { expiryTime } from '../settings/date-time.ts';
import { MAX_CONTENT_LOG_MINUTES } from '../sections/debug-config.ts';
import { arnLocationOf, configuredLocations } from '../configured-locations.ts';
import { attributionConflicts } from '../conflicts/attribution-conflicts.ts';
import { databaseConflicts } from '../conflicts/database-conflicts.ts';
import { priceConflicts } from '../conflicts/price-conflicts.ts';
import { jwtConflicts } from '../conflicts/jwt-conflicts.ts';
import { adminConflicts } from '../conflicts/admin-conflicts.ts';
import { redisConflicts } from '../conflicts/redis-conflicts.ts';
import { targetConflicts } from './target-conflicts.ts';

/** Returns the problems that the validators of single settings cannot detect. */
export function findConflicts(config: GatewayConfig): Problem[] {
  const { auth, bedrock, debug, management, models, server, retry, thinking } = config;
  const problems = [
    ...repetitions(auth.keys, 'auth.keys', 'name'),
    ...repetitions(auth.keys, 'auth.keys', 'hash'),
    ...repetitions(models.custom, 'models.custom', 'name'),
    ...repetitions(thinking.sealingKeys, 'thinking.sealingKeys', 'id'),
    ...repetitions(config.governance.snapshotKeys, 'governance.snapshotKeys', 'id'),
    ...repetitions(bedrock.accounts, 'bedrock.accounts', 'name'),
    ...repetitions(models.routes, 'models.routes', 'model'),
    ...attributionConflicts(config),
    ...targetConflicts(config),
    ...guardrailConflicts(config),
    ...redisConflicts(config),
    ...adminConflicts(config),
    ...databaseConflicts(config),
    ...jwtConflicts(config),
    ...priceConflicts(config),
  ];
  for (const [index, { name }] of models.custom.entries()) {
    if (!Object.hasOwn(models.aliases, name)) continue;
    problems.push({
      path: `models.custom[${index}].name`,
      message: 'must not be a name in models.aliases, too',
    });
  }
  if (management.port !== undefined && management.port !== 0 && management.port === server.port) {
    problems.push({ path: 'management.port', message: 'must differ from server.port' });
  }
  if (debug.content !== undefined) problems.push(...tooLongContentLog(debug.content.until));
  // Node rejects a server with these values.
  if (server.headersTimeoutMs > server.requestTimeoutMs) {
    problems.push(aboveLimit('server.headersTimeoutMs', 'server.requestTimeoutMs', server.requestTimeoutMs));
  }
  if (retry.baseDelayMs > retry.maxDelayMs) {
    problems.push(aboveLimit('retry.baseDelayMs', 'retry.maxDelayMs', retry.maxDelayMs));
  }
  return problems;
}

/** Reports an end that is too far away. A time in the past is valid: a restart must neither fail nor extend the log. */
function tooLongContentLog(until: string): Problem[] {
  const latest = Date.now() + MAX_CONTENT_LOG_MINUTES * 60_000;
  if ((expiryTime(until) ?? 0) <= latest) return [];
  const message = `must be within ${MAX_CONTENT_LOG_MINUTES} minutes from now, at the latest ${new Date(latest).toISOString()}`;
  return [{ path: 'debug.content.until', message }];
}

/**
 * Reports a guardrail outside the configured regions, because Bedrock applies it in its own region only. Without
 * `bedrock.region`, the region can come from AWS's shared files, so nothing is reported.
 */
function guardrailConflicts(config: GatewayConfig): Problem[] {
  const { bedrock, guardrail } = config;
  const arn = bedrock.region === undefined ? undefined : arnLocationOf(guardrail.id ?? '');
  if (arn === undefined || configuredLocations(config).regions.has(arn.region)) return [];
  return [{ path: 'guardrail.id', message: `must be in a configured region; ${arn.region} is not one` }];
}

function aboveLimit(path: string, limit: string, value: number): Problem {
  return { path, message: `must not exceed ${limit}, which is ${value}` };
}

function repetitions<K extends string>(entries: readonly Record<K, unknown>[], list: string, property: K): Problem[] {
  const firstIndex = new Map<unknown, number>();
  const problems: Problem[] = [];
  for (const [index, entry] of entries.entries()) {
    const value = entry[property];
    const first = firstIndex.get(value);
    if (value === undefined) continue;
    if (first === undefined) firstIndex.set(value, index);
    else {
      const message = `must be unique; ${list}[${first}].${property} has the same value`;
      problems.push({ path: `${list}[${index}].${property}`, message });
    }
  }
  return problems;
}
