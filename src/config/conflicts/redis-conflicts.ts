import type { Problem } from '../settings/config-error.ts';
import type { GatewayConfig } from '../gateway-config.ts';
import { type RedisConfig, usesRedis } from '../sections/redis-config.ts';

/** Matches redis-0.redis:6379, 10.0.0.1:6379 and [fd00::1]:6379. */
const ADDRESS = /^(?:\[[0-9a-f:.]+\]|[\w.-]+):(\d{1,5})$/i;
const MAX_PORT = 65_535;
const NEEDS_TLS = 'needs TLS: redis.url with rediss://, or redis.tls.enabled for redis.nodes';

/** A condition that must not hold, with the problem to report. */
type Rule = [isViolated: boolean, path: string, message: string];

/**
 * Returns the problems between the settings of `redis`. No message contains a URL or a password. The values may be of any
 * type, because the validators report others.
 */
export function redisConflicts({ bedrock, redis, responses }: GatewayConfig): Problem[] {
  const keyPrefix: unknown = redis.keyPrefix;
  return [
    ...violations(serverRules(redis)),
    ...violations(tlsRules(redis)),
    ...violations(credentialRules(redis)),
    ...violations([
      [
        redis.mode === 'cluster' && typeof keyPrefix === 'string' && keyPrefix.includes('{}'),
        'redis.keyPrefix',
        'must not contain {} in a cluster, because keys of one script would be on several nodes',
      ],
      [
        redis.iam !== undefined && redis.iam.region === undefined && bedrock.region === undefined,
        'redis.iam.region',
        'must be set if bedrock.region is not',
      ],
      [
        responses.store === 'redis' && !usesRedis(redis),
        'responses.store',
        'needs redis.url or redis.nodes for the value redis',
      ],
    ]),
    ...violations(nodesOf(redis).map((address, index) => addressRule(address, `redis.nodes[${index}]`))),
  ];
}

function addressRule(address: string, path: string): Rule {
  const port = Number(ADDRESS.exec(address)?.[1] ?? 0);
  return [port === 0 || port > MAX_PORT, path, 'must be host:port, for example redis-0.redis:6379'];
}

function serverRules(redis: RedisConfig): Rule[] {
  const { mode, sentinel, url } = redis;
  const hasNodes = nodesOf(redis).length > 0;
  const hasUrl = url !== undefined;
  switch (mode) {
    case 'standalone':
      return [
        [hasNodes, 'redis.nodes', 'needs redis.mode sentinel or cluster; a single server is redis.url'],
        [sentinel !== undefined, 'redis.sentinel', 'needs redis.mode sentinel'],
      ];
    case 'sentinel':
      return [
        [!hasNodes, 'redis.nodes', 'must list the Sentinels for redis.mode sentinel'],
        [hasUrl, 'redis.url', 'must not be set for redis.mode sentinel; redis.nodes lists the Sentinels'],
        [sentinel === undefined, 'redis.sentinel.name', 'must be set for redis.mode sentinel'],
      ];
    case 'cluster':
      return [
        [
          !hasNodes && !hasUrl,
          'redis.nodes',
          'must list nodes of the cluster for redis.mode cluster, or redis.url its endpoint',
        ],
        [hasNodes && hasUrl, 'redis.nodes', 'must not be set together with redis.url'],
        [
          !/^\/?0?$/.test(parsedUrl(redis)?.pathname ?? ''),
          'redis.url',
          'must not select a database, because a cluster has only database 0',
        ],
        [sentinel !== undefined, 'redis.sentinel', 'needs redis.mode sentinel'],
      ];
    default:
      // The validator reports another text.
      mode satisfies never;
      return [];
  }
}

function tlsRules(redis: RedisConfig): Rule[] {
  const { tls } = redis;
  const isOn = usesTls(redis);
  const settings = ['caFile', 'certFile', 'keyFile', 'serverName'] as const;
  return [
    [
      tls.enabled && parsedUrl(redis)?.protocol === 'redis:',
      'redis.tls.enabled',
      'must be false for a URL with redis://; use rediss:// for TLS',
    ],
    ...settings.map((name): Rule => [tls[name] !== undefined && !isOn, `redis.tls.${name}`, NEEDS_TLS]),
    [
      (tls.certFile === undefined) !== (tls.keyFile === undefined),
      'redis.tls',
      'must contain certFile and keyFile together',
    ],
  ];
}

function credentialRules(redis: RedisConfig): Rule[] {
  const { iam, password, username } = redis;
  const inSettings = username !== undefined || password !== undefined;
  const inUrl = hasCredentials(parsedUrl(redis));
  return [
    [
      inUrl && inSettings,
      'redis.url',
      'must not contain a user or a password if redis.username or redis.password is set',
    ],
    [username !== undefined && password === undefined && iam === undefined, 'redis.username', 'needs redis.password'],
    [
      iam !== undefined && (inSettings || inUrl),
      'redis.iam',
      'must not be set together with a user or a password; redis.iam.user names the user',
    ],
    [iam !== undefined && !usesTls(redis), 'redis.iam', NEEDS_TLS],
  ];
}

function usesTls(redis: RedisConfig): boolean {
  return redis.tls.enabled || parsedUrl(redis)?.protocol === 'rediss:';
}

function hasCredentials(url: URL | undefined): boolean {
  return url !== undefined && (url.username !== '' || url.password !== '');
}

function parsedUrl({ url }: RedisConfig): URL | undefined {
  return typeof url === 'string' && URL.canParse(url) ? new URL(url) : undefined;
}

function nodesOf({ nodes }: RedisConfig): readonly string[] {
  return Array.isArray(nodes) ? nodes : [];
}

function violations(rules: readonly Rule[]): Problem[] {
  return rules.filter(([isViolated]) => isViolated).map(([, path, message]) => ({ path, message }));
}
