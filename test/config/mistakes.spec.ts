import { GatewayConfig } from '../../src/config/gateway-config.ts';
import { build, hashOfA, hashOfB, problemsOf, refusal } from './build.ts';

const keyRule = 'must be "sha256:" and 64 lower-case hex digits, as npm run key:create prints it';

describe('a configuration error', () => {
  it.each([
    [
      'a port out of range',
      'server: {port: 70000}',
      'server.port',
      'must be a whole number from 0 to 65535; found 70000',
    ],
    [
      'one port for the API and probes',
      'server: {port: 9000}\nmanagement: {port: 9000}',
      'management.port',
      'must differ from server.port',
    ],
    [
      'responses in Redis without a Redis URL',
      'responses: {store: redis}',
      'responses.store',
      'needs redis.url or redis.nodes for the value redis',
    ],
    [
      'a number as text',
      'server: {port: "eighty"}',
      'server.port',
      'must be a whole number from 0 to 65535; found "eighty"',
    ],
    [
      'half a number',
      'shutdown: {graceSeconds: 1.5}',
      'shutdown.graceSeconds',
      'must be a whole number from 0 to 86400; found 1.5',
    ],
    [
      'an unknown level',
      'logging: {level: loud}',
      'logging.level',
      'must be one of trace, debug, info, warn, error, silent; found "loud"',
    ],
    ['a YAML 1.1 boolean', 'answerCache: { enabled: yes}', 'answerCache.enabled', 'must be true or false; found "yes"'],
    [
      'an invalid region',
      'bedrock: {region: Frankfurt}',
      'bedrock.region',
      'must be an AWS region such as eu-central-1; found "Frankfurt"',
    ],
    [
      'an endpoint of another scheme',
      'bedrock: {endpoint: "ftp://h"}',
      'bedrock.endpoint',
      'must be a URL that starts with http:// or https://; found "ftp://h"',
    ],
    [
      'an endpoint without a host',
      'bedrock: {endpoint: "http://"}',
      'bedrock.endpoint',
      'must be a URL that starts with http:// or https://; found "http://"',
    ],
    [
      'text instead of a number',
      'redis: {keyPrefix: 5}',
      'redis.keyPrefix',
      'must be text that is not empty; found 5; put it in quotes',
    ],
    ['empty text', 'server: {host: ""}', 'server.host', 'must be an address or host name; found ""'],
    [
      'a list for a section',
      'server: []',
      'server',
      'must be a section with host, port, bodyLimitBytes, tls, headersTimeoutMs, requestTimeoutMs, keepAliveTimeoutMs, maxConnections, maxConnectionsPerAddress, trustProxy; found a list',
    ],
    ['a section for a list', 'auth: {keys: {team: x}}', 'auth.keys', 'must be a list; found a map'],
    [
      'a map for a value',
      'server: {port: {a: 1}}',
      'server.port',
      'must be a whole number from 0 to 65535; found a map',
    ],
    [
      'half a certificate',
      'server: {tls: {certFile: /c}}',
      'server.tls.keyFile',
      'is missing; must be the path of a PEM file',
    ],
    [
      'an alias that is not text',
      'models: {aliases: {fast: 5}}',
      'models.aliases',
      'must be a map of names to model names such as {fast: claude-haiku-4-5}; found a map with an entry that is empty or not text',
    ],
    ...[
      ['everyone', '["0.0.0.0/0"]', 'a list'],
      ['a name', '[proxy.example.com]', 'a list'],
      ['a prefix that is too long', '[10.0.0.0/33]', 'a list'],
      ['an empty text', '[""]', 'a list with an entry that is empty or not text'],
      ['everything', 'true', 'true'],
      ['too many hops', '17', '17'],
      ['a text', '10.0.0.0/8', '"10.0.0.0/8"'],
    ].map(([what, value, found]) => [
      `${what} as proxies`,
      `server: {trustProxy: ${value}}`,
      'server.trustProxy',
      `must be a list of addresses and networks such as [10.0.0.0/8, loopback], or a number of hops from 0 to 16; found ${found}`,
    ]),
    [
      'timeouts that Node refuses',
      'server: {headersTimeoutMs: 2000, requestTimeoutMs: 1000}',
      'server.headersTimeoutMs',
      'must not exceed server.requestTimeoutMs, which is 1000',
    ],
    [
      'delays in the wrong order',
      'retry: {baseDelayMs: 2, maxDelayMs: 1}',
      'retry.baseDelayMs',
      'must not exceed retry.maxDelayMs, which is 1',
    ],
    [
      'an interval that makes a Node timer fire at once',
      'bedrock: {timeouts: {totalMs: 2147483648}}',
      'bedrock.timeouts.totalMs',
      'must be a whole number from 1 to 2147483647; found 2147483648',
    ],
    [
      'an unknown section',
      'servre: {}',
      'servre',
      `is not a setting; did you mean server? Allowed here: ${Object.keys(new GatewayConfig()).join(', ')}`,
    ],
    [
      'a key in the wrong section',
      'limits: {region: x}',
      'limits.region',
      'is not a setting; did you mean ledger.export.region or redis.iam.region or bedrock.region? Allowed here: requestsPerMinute',
    ],
    [
      'a setting without a similar name',
      'limits: {tokens: 1}',
      'limits.tokens',
      'is not a setting. Allowed here: requestsPerMinute',
    ],
  ])('such as %s is reported with the allowed values', (_, text, path, message) => {
    expect(problemsOf(text)).toEqual({ [path]: message });
  });

  it.each([
    [
      'hash',
      `{name: b, hash: "${hashOfA.toUpperCase()}"}`,
      'hash',
      `${keyRule}; found a text of 71 characters (not shown)`,
    ],
    ['missing hash', '{name: b}', 'hash', `is missing; ${keyRule}`],
    [
      'name',
      `{name: "team b", hash: "${hashOfB}"}`,
      'name',
      'must be a name of up to 64 letters, digits, dots, dashes, underscores and @, starting with a letter or digit; found "team b"',
    ],
    [
      'day',
      `{name: b, hash: "${hashOfB}", expires: 2027-02-30}`,
      'expires',
      'must be a day such as 2027-01-31, or a time with its zone such as 2027-01-31T18:00:00Z; found "2027-02-30"',
    ],
    [
      'list of models',
      `{name: b, hash: "${hashOfB}", models: claude}`,
      'models',
      'must be a list of model names or patterns such as [claude-*, nova-pro]; found "claude"',
    ],
    [
      'model in the list',
      `{name: b, hash: "${hashOfB}", models: [claude, 1]}`,
      'models',
      'must be a list of model names or patterns such as [claude-*, nova-pro]; found a list with an entry that is empty or not text',
    ],
    [
      'unknown key',
      `{name: b, hash: "${hashOfB}", requests_per_minute: 5}`,
      'requests_per_minute',
      'is not a setting; did you mean requestsPerMinute? Allowed here: name, hash, expires, team, models, requestsPerMinute, maxInFlight, traceContent, metrics',
    ],
    ['repeated name', `{name: a, hash: "${hashOfB}"}`, 'name', 'must be unique; auth.keys[0].name has the same value'],
    ['repeated hash', `{name: b, hash: "${hashOfA}"}`, 'hash', 'must be unique; auth.keys[0].hash has the same value'],
  ])('in the second API key (%s) is reported by its index', (_, entry, property, message) => {
    const text = `auth: {keys: [{name: a, hash: "${hashOfA}"}, ${entry}]}`;
    expect(problemsOf(text)).toEqual({ [`auth.keys[1].${property}`]: message });
  });

  it('in custom models is reported under the name of the model', () => {
    const custom = '[{name: x, id: a, rulesOf: b}, {name: x, id: c, rulesOf: b}, {name: y, id: d, rulesOf: b}]';
    expect(problemsOf(`models: {custom: ${custom}, aliases: {y: z}}`)).toEqual({
      'models.custom[1].name': 'must be unique; models.custom[0].name has the same value',
      'models.custom[2].name': 'must not be a name in models.aliases, too',
    });
  });

  it('does not hide others: all are reported at once', () => {
    const text = [
      'server: {port: -1, prot: 1, host: "${NOPE}"}',
      'auth: {keys: [text, {name: a}]}',
      'retry: {maxRetries: many}',
      'limits: 7',
    ].join('\n');
    const problems = problemsOf(text, { GATEWAY__SERVR__PORT: '1', LOG_LEVEL: 'LOUD', GATEWAY__MODELS__ALIASES: '{a' });
    expect(Object.keys(problems).sort()).toEqual([
      'GATEWAY__MODELS__ALIASES',
      'GATEWAY__SERVR__PORT',
      'auth.keys[0]',
      'auth.keys[1].hash',
      'limits',
      'logging.level',
      'retry.maxRetries',
      'server.host',
      'server.port',
      'server.prot',
    ]);
    expect(problems['logging.level']).toMatch(/found "loud" in LOG_LEVEL$/);
    expect(problems['server.host']).toBe(
      'the variable NOPE is not set; set it, or add a default with ${NOPE:-default}',
    );
  });

  it('has a readable format: file, number of problems, one problem per line', () => {
    expect(refusal('server: {prot: 1}\nlimits: {requestsPerMinute: -1}').message).toBe(
      [
        'test.yaml has 2 problems:',
        '  server.prot: is not a setting; did you mean port? Allowed here: host, port, bodyLimitBytes, tls, headersTimeoutMs, requestTimeoutMs, keepAliveTimeoutMs, maxConnections, maxConnectionsPerAddress, trustProxy',
        '  limits.requestsPerMinute: must be a whole number from 0 to 1000000000; found -1',
      ].join('\n'),
    );
  });
});

describe('invalid YAML', () => {
  it.each([
    ['an open list', 'server:\n  host: [a', 'line 2, column 11', /must be sufficiently indented and end with a \]/],
    ['a repeated key', 'server:\n  port: 1\n  port: 2', 'line 3, column 3', /keys must be unique/],
    ['a tag', 'server: !env X', 'line 1, column 9', /^Unresolved tag$/],
    ['two documents', 'server: {}\n---\nserver: {}', 'line 2, column 1', /multiple documents/],
    ['a tab', 'server:\n\tport: 1', 'line 2, column 1', /Tabs are not allowed/],
    ['an unknown alias', 'server: *nowhere', 'YAML', /Unresolved alias/],
    ['text', 'hello', 'line 1', /must begin with sections such as "server:"/],
  ])('%s is reported with line and column', (_, text, path, message) => {
    expect(problemsOf(text)[path]).toMatch(message);
  });

  it('is rejected if nested aliases expand it', () => {
    const levels = Array.from({ length: 9 }, (_, level) => {
      const below = level === 0 ? 'x' : `*l${level - 1}`;
      return `l${level}: &l${level} [${Array.from({ length: 9 }, () => below).join(', ')}]`;
    });
    expect(problemsOf(levels.join('\n'))).toEqual({ YAML: expect.stringMatching(/Excessive alias count/) });
  });

  it('does not exhaust the stack', () => {
    expect(Object.keys(problemsOf('['.repeat(200_000)))[0]).toMatch(/^line 1, column \d+$/);
  });

  it('is rejected above one mebibyte', () => {
    expect(problemsOf(`# ${'x'.repeat(1024 * 1024)}`)).toEqual({
      file: expect.stringMatching(/^must not be larger than 1048576 bytes \(1 MiB\), .*auth\.keysFile$/),
    });
    expect(build(`# ${'x'.repeat(1024 * 1024 - 2)}`).server.port).toBe(8080);
  });

  it('cannot modify prototypes', () => {
    expect(Object.keys(problemsOf('__proto__: {polluted: 1}\nserver: {constructor: {}}'))).toEqual([
      '__proto__',
      'server.constructor',
    ]);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});

describe('a secret', () => {
  const secret = 'hunter2-hunter2-hunter2-hunter2';

  it.each([
    ['as a hash', `auth: {keys: [{name: a, hash: "${secret}"}]}`, {}],
    ['in place of a key entry', `auth: {keys: ["${secret}"]}`, {}],
    ['in a Redis URL', `redis: {url: "http://:${secret}@h"}`, {}],
    ['in REDIS_URL', '', { REDIS_URL: `http://:${secret}@h` }],
    ['in an override', '', { GATEWAY__REDIS__URL: `http://:${secret}@h` }],
    ['in an override for a section', '', { GATEWAY__AUTH: secret }],
    ['in an endpoint', `bedrock: {endpoint: "ftp://u:${secret}@h"}`, {}],
    ['after a substitution', 'server: {port: "${SECRET}"}', { SECRET: secret }],
    ['inside a substituted text', 'bedrock: {region: "x-${SECRET}"}', { SECRET: secret }],
    ['in a broken substitution', `redis: {keyPrefix: "\${${secret}!}"}`, {}],
    ['in place of a section', `redis: "${secret}"`, {}],
    ['as the name of a key', `auth: {"${secret}": team-a}`, {}],
    ['in broken YAML', `limits: [a] ]\n${secret}`, {}],
    ['in broken YAML of a variable', '', { GATEWAY__AUTH__KEYS: `[{name: a}] ${secret}` }],
  ])('%s does not appear in the message', (_, text, environment) => {
    expect(refusal(text, environment).message).not.toContain(secret);
  });

  it('in a substitution is reported by the name of its variable', () => {
    expect(problemsOf('server: {port: "${SECRET}"}', { SECRET: secret })).toEqual({
      'server.port': 'must be a whole number from 0 to 65535; found the value of ${SECRET}',
    });
  });
});
