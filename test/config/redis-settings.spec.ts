import { describe, expect, it } from '@jest/globals';
import { build, problemsOf } from './build.ts';

const BASE = 'bedrock: {region: eu-central-1}\n';
const IAM = 'iam: {service: elasticache, clusterName: gateway, user: outcrop}';

describe('settings of Redis', () => {
  it.each([
    ['a URL alone', 'redis: {url: "redis://h:6379/2"}'],
    ['a URL with TLS and a CA', 'redis: {url: "rediss://u:p@h", tls: {caFile: /ca.pem}}'],
    ['a client certificate', 'redis: {url: "rediss://h", tls: {certFile: /c.pem, keyFile: /k.pem, serverName: redis}}'],
    ['an ACL user beside the URL', 'redis: {url: "rediss://h", username: outcrop, password: secret}'],
    ['Sentinels', 'redis: {mode: sentinel, nodes: ["s-0:26379", "s-1:26379"], sentinel: {name: mymaster}}'],
    [
      'Sentinels with passwords and TLS',
      'redis: {mode: sentinel, nodes: ["[fd00::1]:26379"], tls: {enabled: true}, password: a, sentinel: {name: m, username: s, password: b}}',
    ],
    ['a cluster by its nodes', 'redis: {mode: cluster, nodes: ["10.0.0.1:7000"]}'],
    ['a cluster by its endpoint', 'redis: {mode: cluster, url: "rediss://clustercfg.example.com:6379/0"}'],
    ['IAM', `redis: {mode: cluster, url: "rediss://h:6379", ${IAM}}`],
  ])('accept %s', (_what, text) => {
    expect(build(BASE + text).redis.keyPrefix).toBe('outcrop:');
  });

  it.each([
    ['{nodes: ["h:1"]}', 'redis.nodes', /needs redis\.mode sentinel or cluster/],
    ['{mode: sentinel, sentinel: {name: m}}', 'redis.nodes', /must list the Sentinels/],
    ['{mode: sentinel, nodes: ["h:1"]}', 'redis.sentinel.name', /must be set/],
    ['{mode: sentinel, url: "redis://h", nodes: ["h:1"], sentinel: {name: m}}', 'redis.url', /must not be set/],
    ['{mode: cluster}', 'redis.nodes', /must list nodes of the cluster/],
    ['{mode: cluster, url: "redis://h", nodes: ["h:1"]}', 'redis.nodes', /together with redis\.url/],
    ['{mode: cluster, url: "redis://h/3"}', 'redis.url', /only database 0/],
    ['{mode: cluster, nodes: ["h:1"], keyPrefix: "a{}b:"}', 'redis.keyPrefix', /must not contain \{\}/],
    ['{mode: cluster, nodes: ["h:1"], sentinel: {name: m}}', 'redis.sentinel', /needs redis\.mode sentinel/],
    ['{mode: cluster, nodes: ["h"]}', 'redis.nodes[0]', /must be host:port/],
    ['{mode: cluster, nodes: ["h:1", "h:0"]}', 'redis.nodes[1]', /must be host:port/],
    ['{mode: cluster, nodes: ["h:65536"]}', 'redis.nodes[0]', /must be host:port/],
    ['{mode: cluster, nodes: ["redis://h:1"]}', 'redis.nodes[0]', /must be host:port/],
    ['{mode: cluster, nodes: ["user:hunter2@h:1"]}', 'redis.nodes[0]', /must be host:port/],
    ['{mode: replicated, url: "redis://h"}', 'redis.mode', /must be one of standalone, sentinel, cluster/],
    ['{url: "redis://h", tls: {enabled: true}}', 'redis.tls.enabled', /use rediss:\/\//],
    ['{url: "redis://h", tls: {caFile: /ca.pem}}', 'redis.tls.caFile', /needs TLS/],
    ['{mode: cluster, nodes: ["h:1"], tls: {serverName: h}}', 'redis.tls.serverName', /needs TLS/],
    ['{url: "rediss://h", tls: {certFile: /c.pem}}', 'redis.tls', /certFile and keyFile together/],
    ['{url: "rediss://u:hunter2@h", password: hunter3}', 'redis.url', /must not contain a user or a password/],
    ['{url: "rediss://h", username: u}', 'redis.username', /needs redis\.password/],
    [`{url: "redis://h", ${IAM}}`, 'redis.iam', /needs TLS/],
    [`{url: "rediss://u:hunter2@h", ${IAM}}`, 'redis.iam', /must not be set together/],
    [`{url: "rediss://h", password: hunter2, ${IAM}}`, 'redis.iam', /must not be set together/],
    ['{url: "rediss://h", iam: {service: redis, clusterName: a, user: b}}', 'redis.iam.service', /must be one of/],
    ['{url: "rediss://h", iam: {service: memorydb, clusterName: A B, user: b}}', 'redis.iam.clusterName', /lower-case/],
  ])('reject %s', (redis, path, message) => {
    const problems = problemsOf(`${BASE}redis: ${redis}`);
    expect(problems[path]).toMatch(message);
    expect(JSON.stringify(problems)).not.toContain('hunter');
  });

  it.each([
    '{url: 5}',
    '{url: "redis://"}',
    '{url: "http://h", mode: cluster}',
    '{nodes: 5}',
    '{nodes: [5]}',
    '{mode: 5, url: "redis://h"}',
    '{tls: 5, iam: 5}',
    '{keyPrefix: 5, mode: cluster}',
    '{sentinel: {}, mode: sentinel}',
  ])('report values of other types, not a crash: %s', (redis) => {
    expect(Object.keys(problemsOf(`${BASE}redis: ${redis}`)).length).toBeGreaterThan(0);
  });

  it('need a region for IAM, if Bedrock has none', () => {
    const redis = `redis: {url: "rediss://h", ${IAM}}`;
    expect(problemsOf(redis)['redis.iam.region']).toBe('must be set if bedrock.region is not');
  });

  it('accept responses in Redis with nodes', () => {
    const redis = 'redis: {mode: cluster, nodes: ["h:1"]}\nresponses: {store: redis}';
    expect(build(BASE + redis).responses.store).toBe('redis');
  });
});
