import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkConfig, compareConfigs } from '../../src/cli/check-config.ts';
import { maskSecrets, mayBeSecret } from '../../src/config/mask-secrets.ts';
import { ModelCatalog } from '../../src/models/catalog/model-catalog.ts';

const SECRETS: Record<string, string> = {
  'a key of OpenAI': 'sk-abcdefghijklmnop1234',
  'a key of the gateway': 'oc-k1NDs0fVaLuEs1234567890abcdef',
  'an access key id': 'AKIAABCDEFGHIJKLMNOP',
  'a secret access key': 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  '32 bytes in base64': Buffer.alloc(32, 77).toString('base64'),
  'hexadecimal digits': '5f4dcc3b5aa765d61d8327deb882cf99',
  'a URL with a password': 'redis://user:hunter2hunter2@host:99999',
  'a web token': 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abcdefghijk',
  'a token of GitHub': 'ghp_abcdefghijklmnopqrstuvwxyz0123456789',
};
const quoted = (secret: string) => JSON.stringify(secret);
const word = (secret: string) => secret.replaceAll(/[^A-Za-z0-9-]/g, '');

const IN_THE_FILE: Record<string, (secret: string) => string> = {
  'the name of a section': (secret) => `${quoted(secret)}: 1`,
  'the name of a setting': (secret) => `server:\n  ${quoted(secret)}: 1`,
  'a number': (secret) => `server:\n  port: ${quoted(secret)}`,
  'one of several identifiers': (secret) => `logging:\n  level: ${quoted(secret)}`,
  'text of a template': (secret) => `bedrock:\n  region: ${quoted(secret)}`,
  'true or false': (secret) => `docs:\n  requireKey: ${quoted(secret)}`,
  'a URL': (secret) => `bedrock: {endpoint: ${quoted(secret)}}`,
  'an ARN': (secret) => `bedrock: {accounts: [{name: a, roleArn: ${quoted(secret)}}]}`,
  'an account': (secret) => `bedrock: {targets: [{account: ${quoted(secret)}}]}`,
  'the name of a key': (secret) => `auth:\n  keys:\n    - {name: ${quoted(`${secret} x`)}, hash: b}`,
  'a hash': (secret) => `auth:\n  keys:\n    - {name: a, hash: ${quoted(secret)}}`,
  'a section': (secret) => `server: ${quoted(secret)}`,
  'a list': (secret) => `auth: {keys: ${quoted(secret)}}`,
  'an entry of a list': (secret) => `auth: {keys: [${quoted(secret)}]}`,
  'an alias of a model': (secret) => `models:\n  aliases: {a: ${quoted(secret)}}`,
  'the name of an alias': (secret) => `models:\n  aliases: {${quoted(secret)}: 5}`,
  'the name of a header': (secret) => `telemetry: {headers: {${quoted(secret)}: 5}}`,
  'a key that is too long': (secret) => `thinking: {keys: [{id: a, key: ${quoted(`${secret}x`)}}]}`,
  'the id of a key': (secret) => `thinking: {keys: [{id: ${quoted(secret)}, key: a}]}`,
  'a tag of YAML': (secret) => `a: !${word(secret)} b`,
  'an alias of YAML': (secret) => `a: *${word(secret)}`,
  'a directive of YAML': (secret) => `%${secret} x\n---\na: 1`,
  'an escape of YAML': (secret) => `a: "\\${secret}"`,
  'a repeated key': (secret) => `${quoted(secret)}: 1\n${quoted(secret)}: 2`,
  'wrong indentation': (secret) => `server:\n  port: 1\n ${secret}: 2\n    x`,
  'an open quotation mark': (secret) => `redis: {url: "${secret}`,
  'an open bracket': (secret) => `redis: [${secret}\nfoo: }`,
  'a substitution': (secret) => `redis:\n  url: \${${secret}}`,
  'the name of a variable': (secret) =>
    `redis:\n  url: \${${secret.includes('://') ? word(secret) : secret.replaceAll(/\W/g, '_')}}`,
  'an open substitution': (secret) => `redis:\n  url: \${${secret}`,
  'a relative path': (secret) => `redis:\n  url: \${file:${secret}}`,
};

const IN_THE_ENVIRONMENT: Record<string, (secret: string) => Record<string, string>> = {
  'a number': (secret) => ({ GATEWAY__SERVER__PORT: secret }),
  'the name of a section': (secret) => ({ [`GATEWAY__${secret}`]: '1' }),
  'the name of a setting': (secret) => ({ [`GATEWAY__SERVER__${secret}`]: '1' }),
  'truncated YAML': (secret) => ({ GATEWAY__AUTH__KEYS: `[{name: "${secret}` }),
  'YAML of another kind': (secret) => ({ GATEWAY__AUTH__KEYS: secret }),
  'an alias of YAML': (secret) => ({ GATEWAY__MODELS__ALIASES: `{a: *${secret}}` }),
  'a section': (secret) => ({ GATEWAY__SERVER: secret }),
  'the name of an entry': (secret) => ({ GATEWAY__AUTH__KEYS: `[{name: a, ${secret}: 1}]` }),
  PORT: (secret) => ({ PORT: secret }),
  LOG_LEVEL: (secret) => ({ LOG_LEVEL: secret }),
  REDIS_URL: (secret) => ({ REDIS_URL: `x${secret}` }),
  AWS_REGION: (secret) => ({ AWS_REGION: secret }),
  AWS_ENDPOINT_URL: (secret) => ({ AWS_ENDPOINT_URL: secret }),
};

let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'outcrop-mask-'))));
afterAll(() => rmSync(folder, { recursive: true }));

const prove = (config: ConstructorParameters<typeof ModelCatalog>[0]['config']) =>
  void new ModelCatalog({ config }, () => new Date());

/** Returns true if the text contains ten consecutive characters of the secret, in any case. */
function shows(text: string, secret: string): boolean {
  const core = secret
    .replace(/^redis:\/\/user:|@host.*$/g, '')
    .replace('@host:99999', '')
    .toLowerCase();
  const shown = text.toLowerCase();
  return Array.from({ length: core.length - 9 }, (_, at) => core.slice(at, at + 10)).some((part) =>
    shown.includes(part),
  );
}

describe.each(Object.entries(SECRETS))('config:check does not print %s', (_, secret) => {
  it.each(Object.keys(IN_THE_FILE))('in place of %s', async (place) => {
    const path = join(folder, 'gateway.yaml');
    writeFileSync(path, IN_THE_FILE[place]!(secret));
    const { lines } = await checkConfig(path, {}, Date.now(), prove);
    expect(shows(lines.join('\n').replaceAll(path, 'FILE'), secret)).toBe(false);
  });

  it.each(Object.keys(IN_THE_ENVIRONMENT))('in the environment, in place of %s', async (place) => {
    const path = join(folder, 'empty.yaml');
    writeFileSync(path, '{}');
    const { lines } = await checkConfig(path, IN_THE_ENVIRONMENT[place]!(secret), Date.now(), prove);
    expect(shows(lines.join('\n').replaceAll(path, 'FILE'), secret)).toBe(false);
  });

  it('as a difference', async () => {
    const [before, after] = [join(folder, 'before.yaml'), join(folder, 'after.yaml')];
    writeFileSync(before, '{}');
    writeFileSync(
      after,
      `telemetry: {serviceName: ${quoted(secret)}}\nmodels: {aliases: {${quoted(secret)}: nova-pro}}`,
    );
    const { lines } = await compareConfigs(before, after, {});
    expect(lines).toHaveLength(2);
    expect(shows(lines.join('\n'), secret)).toBe(false);
  });
});

describe('unchanged values', () => {
  it.each([
    'us.anthropic.claude-haiku-4-5-20251001-v1:0',
    'arn:aws:bedrock:eu-central-1:123456789012:application-inference-profile/abcdefghijkl',
    'GATEWAY__SERVER__HEADERS_TIMEOUT_MS',
    'server.headersTimeoutMs: must not exceed server.requestTimeoutMs, which is 60000',
    '/run/secrets/outcrop/redis-url cannot be read: the file does not exist',
    'must be "sha256:" and 64 lower-case hex digits, as npm run key:create prints it',
    'mistral-large-3-675b-instruct',
    'https://vpce-0123456789abcdef0.bedrock-runtime.eu-central-1.vpce.amazonaws.com',
  ])('%s', (text) => {
    expect(maskSecrets(text)).toBe(text);
  });
});

describe('a long text', () => {
  it.each(['x', '1', 'a1', 'sk-', '://'])('of %s may be a secret, and is not searched', (part) => {
    expect(mayBeSecret(part.repeat(1_000_000))).toBe(true);
  });
});
