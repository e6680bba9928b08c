import type { Problem } from '../settings/config-error.ts';
import type { GatewayConfig } from '../gateway-config.ts';
import { expiryTime } from '../settings/date-time.ts';
import { LONGEST_CONTENT_LOG_MINUTES } from '../sections/debug-config.ts';
import { arnPlaceOf, configuredPlaces } from '../configured-places.ts';
import { targetConflicts } from './target-conflicts.ts';

/** What no validator of a single setting can see. */
export function findConflicts(config: GatewayConfig): Problem[] {
  const { auth, bedrock, debug, management, models, redis, responses, server, retry, thinking } = config;
  const problems = [
    ...repetitions(auth.keys, 'auth.keys', 'name'),
    ...repetitions(auth.keys, 'auth.keys', 'hash'),
    ...repetitions(models.custom, 'models.custom', 'name'),
    ...repetitions(thinking.sealingKeys, 'thinking.sealingKeys', 'id'),
    ...repetitions(bedrock.accounts, 'bedrock.accounts', 'name'),
    ...repetitions(models.routes, 'models.routes', 'model'),
    ...targetConflicts(config),
    ...guardrailConflicts(config),
  ];
  for (const [index, { name }] of models.custom.entries()) {
    if (!Object.hasOwn(models.aliases, name)) continue;
    problems.push({
      path: `models.custom[${index}].name`,
      message: 'must be a name of its own; models.aliases has it too',
    });
  }
  if (management.port !== undefined && management.port !== 0 && management.port === server.port) {
    problems.push({ path: 'management.port', message: 'must be another port than server.port' });
  }
  if (responses.store === 'redis' && redis.url === undefined) {
    problems.push({ path: 'responses.store', message: 'must not be redis without redis.url' });
  }
  if (debug.content !== undefined) problems.push(...tooLongContentLog(debug.content.until));
  // Node refuses to start a server with these.
  if (server.headersTimeoutMs > server.requestTimeoutMs) {
    problems.push(aboveLimit('server.headersTimeoutMs', 'server.requestTimeoutMs', server.requestTimeoutMs));
  }
  if (retry.baseDelayMs > retry.maxDelayMs) {
    problems.push(aboveLimit('retry.baseDelayMs', 'retry.maxDelayMs', retry.maxDelayMs));
  }
  return problems;
}

/** A moment in the past is valid: a restart must neither fail nor log for longer. */
function tooLongContentLog(until: string): Problem[] {
  const latest = Date.now() + LONGEST_CONTENT_LOG_MINUTES * 60_000;
  if ((expiryTime(until) ?? 0) <= latest) return [];
  const message = `must be within ${LONGEST_CONTENT_LOG_MINUTES} minutes from now, at the latest ${new Date(latest).toISOString()}`;
  return [{ path: 'debug.content.until', message }];
}

/** Bedrock applies a guardrail in its own region only. A region that AWS's shared files give is not known here. */
function guardrailConflicts(config: GatewayConfig): Problem[] {
  const { bedrock, guardrail } = config;
  const arn = bedrock.region === undefined ? undefined : arnPlaceOf(guardrail.id ?? '');
  if (arn === undefined || configuredPlaces(config).regions.has(arn.region)) return [];
  return [{ path: 'guardrail.id', message: `must be in a configured region; ${arn.region} is none` }];
}

function aboveLimit(path: string, limit: string, value: number): Problem {
  return { path, message: `must not be above ${limit}, which is ${value}` };
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
      const message = `must be different from every other ${property}; ${list}[${first}].${property} is the same`;
      problems.push({ path: `${list}[${index}].${property}`, message });
    }
  }
  return problems;
}
