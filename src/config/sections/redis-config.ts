import {
  flag,
  listOfText,
  milliseconds,
  needsRestart,
  oneOf,
  secret,
  section,
  text,
  textMatching,
  url,
  withFormerValues,
} from '../settings/kinds.ts';
import { OptionalSetting, Setting } from '../settings/setting.ts';
import { regionDescription, regionPattern } from './region.ts';

/** A name of a cache, cluster or user in ElastiCache or MemoryDB. AWS stores them in lower case. */
const awsName = textMatching(/^[a-z0-9][a-z0-9-]*$/, 'a name of lower-case letters, digits and dashes');

/** The primary that Sentinels monitor, and the access to them. */
export class RedisSentinelConfig {
  @Setting('Name of the primary that the Sentinels monitor, e.g. mymaster.', needsRestart(text()))
  name: string;

  @OptionalSetting('ACL user at the Sentinels. Default: the default user.', needsRestart(text()))
  username?: string;

  @OptionalSetting('Password at the Sentinels. Default: none.', needsRestart(secret(text())))
  password?: string;
}

/** TLS to Redis. Certificates are always verified. */
export class RedisTlsConfig {
  @Setting('Uses TLS for redis.nodes and the Sentinels. A URL with rediss:// uses TLS, too.', needsRestart(flag()))
  enabled = false;

  @OptionalSetting(
    'PEM file with the CAs to trust, instead of the public ones. Read again for each connection.',
    needsRestart(text('the path of a PEM file')),
  )
  caFile?: string;

  @OptionalSetting(
    'PEM file with the client certificate. Read again for each connection.',
    needsRestart(text('the path of a PEM file')),
  )
  certFile?: string;

  @OptionalSetting(
    'PEM file with the private key of the client certificate.',
    needsRestart(text('the path of a PEM file')),
  )
  keyFile?: string;

  @OptionalSetting(
    'Host name that the certificates of all servers must contain, if the servers are found by their IP addresses.',
    needsRestart(text('a host name')),
  )
  serverName?: string;
}

/** Authentication with tokens that the AWS credentials of the gateway sign. */
export class RedisIamConfig {
  @Setting(
    'AWS service: elasticache, a cluster or replication group; elasticache-serverless, a serverless cache; memorydb.',
    needsRestart(oneOf('elasticache', 'elasticache-serverless', 'memorydb')),
  )
  service: 'elasticache' | 'elasticache-serverless' | 'memorydb';

  @Setting('Id of the replication group, or name of the serverless cache or cluster.', needsRestart(awsName))
  clusterName: string;

  @Setting('User with IAM authentication. In ElastiCache, its id and its name must be equal.', needsRestart(awsName))
  user: string;

  @OptionalSetting(
    'Region of the cluster. Default: bedrock.region.',
    needsRestart(textMatching(regionPattern, regionDescription)),
  )
  region?: string;
}

export class RedisConfig {
  @OptionalSetting(
    'Redis that replicas share. Without it and without redis.nodes, limits and caches are in the memory of each replica.',
    needsRestart(secret(url('redis', 'rediss'))),
  )
  url?: string;

  @Setting(
    'Kind of Redis: standalone, one server at redis.url; sentinel, redis.nodes lists Sentinels; cluster, redis.url or redis.nodes names nodes of a Redis Cluster.',
    needsRestart(oneOf('standalone', 'sentinel', 'cluster')),
  )
  mode: 'standalone' | 'sentinel' | 'cluster' = 'standalone';

  @Setting(
    'Addresses, such as redis-0.redis:6379, of Sentinels or of nodes of a cluster. The gateway discovers further ones.',
    needsRestart(listOfText('a list of addresses, each with host and port')),
  )
  nodes: string[] = [];

  @OptionalSetting('ACL user. Default: the user of redis.url, or the default user.', needsRestart(text()))
  username?: string;

  @OptionalSetting('Password. Default: the password of redis.url, or none.', needsRestart(secret(text())))
  password?: string;

  @OptionalSetting(
    'The primary, and the access to the Sentinels, for redis.mode sentinel.',
    section(RedisSentinelConfig),
  )
  sentinel?: RedisSentinelConfig;

  @Setting('TLS to Redis.', section(RedisTlsConfig))
  tls: RedisTlsConfig = new RedisTlsConfig();

  @OptionalSetting('IAM authentication at ElastiCache or MemoryDB, instead of a password.', section(RedisIamConfig))
  iam?: RedisIamConfig;

  @Setting('Prefix of all keys in Redis, so that several gateways can share one Redis.', needsRestart(text()))
  keyPrefix = 'outcrop:';

  @Setting(
    'How limits work while Redis is unavailable: local, each replica counts for itself; allow, no request is limited.',
    withFormerValues(oneOf('local', 'allow'), { open: 'allow' }),
  )
  onUnavailable: 'local' | 'allow' = 'local';

  @Setting('Milliseconds for a Redis command, including its retries during a failover.', needsRestart(milliseconds()))
  timeoutMs = 200;
}

/** Returns true if the settings name a Redis, so that replicas share state. */
export function usesRedis({ nodes, url }: Pick<RedisConfig, 'nodes' | 'url'>): boolean {
  return url !== undefined || nodes.length > 0;
}
