/**
 * Creates an API key: `npm run key:create -- --name team-a`, or in the image `dist/cli/create-key.js --name team-a`. The key
 * goes to standard error and the entry with its hash to standard output, so that a redirected output contains no key.
 */
import { parseArgs } from 'node:util';
import { createApiKey, hashApiKey, keyNamePattern, keyNameDescription } from '../config/settings/api-key.ts';
import { expiryTime } from '../config/settings/date-time.ts';

const usage = `usage: npm run key:create -- --name team-a [--expires 2027-01-31] [--models 'claude-*,nova-*'] [--metrics] [--json]
   or: docker run --rm IMAGE dist/cli/create-key.js --name team-a

  --name     name of the key in logs and metrics
  --expires  day (until its end, UTC) or time after which the key is rejected
  --models   models the key may use, by name or pattern, separated by commas; default: all models
  --metrics  allows the key to read /metrics, which contains the usage and cost of every key
  --json     prints the entry as one line for the file of auth.keysFile: npm run --silent key:create -- … --json >> FILE
`;

interface KeyRequest {
  name: string;
  expires?: string;
  models?: string[];
  metrics?: boolean;
}

type EntryForm = 'yaml' | 'json';

function readRequest(args: string[]): { request: KeyRequest; form: EntryForm } {
  const { values } = parseArgs({
    args,
    options: {
      name: { type: 'string' },
      expires: { type: 'string' },
      models: { type: 'string' },
      metrics: { type: 'boolean' },
      json: { type: 'boolean' },
    },
  });
  const { name, expires, metrics } = values;
  if (name === undefined) throw new Error('--name is missing');
  if (!keyNamePattern.test(name)) throw new Error(`--name must be ${keyNameDescription}`);
  if (expires !== undefined) checkExpiry(expires);
  const models = values.models?.split(',').map((model) => model.trim());
  if (models?.some((model) => !/^[\w.:/*-]+$/.test(model))) {
    throw new Error("--models must be names or patterns separated by commas, such as 'claude-*,nova-pro'");
  }
  return { request: { name, expires, models, metrics }, form: values.json ? 'json' : 'yaml' };
}

function checkExpiry(expires: string): void {
  const time = expiryTime(expires);
  if (time === undefined) throw new Error('--expires must be a day such as 2027-01-31, or 2027-01-31T18:00:00Z');
  if (time <= Date.now()) throw new Error('--expires must lie in the future');
}

/** Returns the entry for `auth.keys` in the configuration. */
function toYaml({ name, expires, models, metrics }: KeyRequest, hash: string): string {
  const quoted = models?.map((model) => `'${model}'`).join(', ');
  return [
    // Quoted, because YAML would read a name such as 2027 as a number.
    `    - name: '${name}'`,
    `      hash: ${hash}`,
    ...(expires === undefined ? [] : [`      expires: '${expires}'`]),
    ...(quoted === undefined ? [] : [`      models: [${quoted}]`]),
    ...(metrics ? ['      metrics: true'] : []),
  ].join('\n');
}

/** Returns the line for the file of `auth.keysFile`. */
function toJsonLine({ name, expires, models, metrics }: KeyRequest, hash: string): string {
  return JSON.stringify({ name, hash, expires, models, metrics });
}

try {
  const { request, form } = readRequest(process.argv.slice(2));
  const key = createApiKey();
  process.stderr.write(`The API key. It is shown only once and not stored:

  ${key}

The entry for the configuration, without the key, is on standard output:

`);
  const hash = hashApiKey(key);
  const entry = form === 'json' ? toJsonLine(request, hash) : `auth:\n  keys:\n${toYaml(request, hash)}`;
  process.stdout.write(`${entry}\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
  process.exitCode = 1;
}
