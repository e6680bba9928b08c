import { existsSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { ConfigError } from '../config/settings/config-error.ts';
import { GatewayConfig } from '../config/gateway-config.ts';
import { buildConfigWithOrigins, type LoadedConfig, readConfigFile, readFile } from '../config/load-config.ts';
import type { ApiKeyTable } from '../config/keys/api-key-table.ts';
import { keyCount, withFileKeys } from '../config/keys-file/with-file-keys.ts';
import type { Environment } from '../config/loading/substitution.ts';
import { maskSecrets } from '../config/mask-secrets.ts';
import { expiryTime } from '../config/settings/date-time.ts';
import { overloadLimits, overloadWarnings, processMemory } from '../config/overload-limits.ts';
import { differences as differencesBetween } from '../config/reload/differences.ts';
import { keysFileDifferences } from '../config/reload/key-differences.ts';
import { settingsOf } from '../config/settings/setting.ts';
import { readCaFile } from '../database/postgres/ca-file.ts';
import { configurationIn } from './configuration-in.ts';

/** Exit code and output of a command. */
export interface CheckResult {
  exitCode: 0 | 1;
  lines: string[];
}

/**
 * Checks a file in the given environment, for `npm run config:check`: a `gateway.yaml`, a values file of the chart or rendered
 * manifests. Outside their pod, the last two may refer to files and variables that do not exist. `prove` throws for settings
 * that do not match the models. `lines` are for the terminal.
 */
export async function checkConfig(
  path: string,
  environment: Environment,
  now: number,
  prove: (config: GatewayConfig) => void = () => undefined,
): Promise<CheckResult> {
  try {
    const loaded = await loadWithKeys(path, environment, 'in values and manifests');
    const { config, warnings = [], unresolved = [] } = loaded;
    checkDatabaseCa(loaded);
    const governance = await describeGovernance(config);
    const problem = problemOf(config, prove);
    if (problem !== undefined) return { exitCode: 1, lines: [`${path} is invalid:`, `  ${problem}`] };
    return {
      exitCode: 0,
      lines: [
        `${path} is valid`,
        ...warnings.map(({ path: at, message }) => `Warning: ${at}: ${message}`),
        ...unresolved.map(({ path: at, message }) => `Not checked: ${at}: ${message}`),
        ...differences(config),
        ...describeOverload(config),
        ...describeKeys(config, now),
        ...governance,
        ...describeContentLog(config, now),
      ],
    };
  } catch (error) {
    if (error instanceof ConfigError) return { exitCode: 1, lines: error.message.split('\n') };
    throw error;
  }
}

/**
 * Lists the changes that a running gateway would apply if the new file replaced the old one. Values of files and variables
 * that do not exist here are not compared, and the result lists them.
 */
export async function compareConfigs(oldPath: string, newPath: string, environment: Environment): Promise<CheckResult> {
  try {
    const before = await loadWithKeys(oldPath, environment, 'everywhere');
    const after = await loadWithKeys(newPath, environment, 'everywhere');
    const changedKeys = await keysFileDifferences(before.config.auth.fileKeys, after.config.auth.fileKeys);
    const changes = [...differencesBetween(before, after), ...changedKeys].map(({ path, change, takesEffect }) =>
      maskSecrets(`${path}: ${change}${takesEffect === 'on restart' ? ' (needs a restart)' : ''}`),
    );
    return {
      exitCode: 0,
      lines: [
        ...(changes.length > 0 ? changes : ['No differences.']),
        ...notCompared(oldPath, before),
        ...notCompared(newPath, after),
      ],
    };
  } catch (error) {
    if (error instanceof ConfigError) return { exitCode: 1, lines: error.message.split('\n') };
    throw error;
  }
}

/** Loads the configuration in a file. `tolerate` is where references to missing files and variables are no problems. */
async function loadWithKeys(
  path: string,
  environment: Environment,
  tolerate: 'everywhere' | 'in values and manifests',
): Promise<LoadedConfig> {
  const { text, form } = configurationIn(readConfigFile(path, readFile));
  const isTolerant = tolerate === 'everywhere' || form !== 'gateway.yaml';
  const loaded = buildConfigWithOrigins({
    file: { path, text },
    environment,
    readFile,
    ...(isTolerant && { unresolved: 'reported' }),
  });
  const { auth, database } = loaded.config;
  const files = { 'auth.keysFile': auth.keysFile, 'database.caFile': database.caFile };
  const missing = Object.entries(files).flatMap(([name, file]) =>
    isTolerant && file !== undefined && !existsSync(file)
      ? [{ path: name, message: `${file} cannot be read: the file does not exist` }]
      : [],
  );
  const unresolved = [...(loaded.unresolved ?? []), ...missing];
  const hasKeysFile = !missing.some(({ path: name }) => name === 'auth.keysFile');
  return { ...loaded, unresolved, ...(hasKeysFile && { config: await withFileKeys(loaded.config) }) };
}

/** Throws a ConfigError if `database.caFile` has no certificates. A file that is known to be absent is not checked. */
function checkDatabaseCa({ config, unresolved = [] }: LoadedConfig): void {
  const { caFile } = config.database;
  if (caFile === undefined || unresolved.some(({ path }) => path === 'database.caFile')) return;
  readCaFile(caFile);
}

function notCompared(file: string, { unresolved = [] }: LoadedConfig): string[] {
  return unresolved.map(({ path, message }) => maskSecrets(`Not compared: ${path} in ${file}: ${message}`));
}

function problemOf(config: GatewayConfig, prove: (config: GatewayConfig) => void): string | undefined {
  try {
    prove(config);
    return undefined;
  } catch (error) {
    return maskSecrets(error instanceof Error ? error.message : String(error));
  }
}

/** Lists the names of changed settings, without their values, which may be secret. */
function differences(config: GatewayConfig): string[] {
  const defaults = new Map<string, object>(Object.entries(new GatewayConfig()));
  const lines = Object.entries(config).flatMap(([section, settings]: [string, object]) => {
    const changed = changedSettings(settings, defaults.get(section) ?? {});
    return changed.length > 0 ? [`  ${section}: ${changed.join(', ')}`] : [];
  });
  return lines.length > 0 ? ['Changed from the defaults:', ...lines] : ['All settings have their default values.'];
}

function changedSettings(section: object, defaults: object): string[] {
  const valuesBefore = new Map<string, unknown>(Object.entries(defaults));
  const values = new Map<string, unknown>(Object.entries(section));
  return [...settingsOf(section.constructor).keys()].filter(
    (name) => !isDeepStrictEqual(values.get(name), valuesBefore.get(name)),
  );
}

/**
 * Lists the keys whose content is logged, and unknown names among them. An unknown name is no error, because a removed key
 * must not make the configuration invalid.
 */
function describeContentLog({ auth, debug }: GatewayConfig, now: number): string[] {
  const { content } = debug;
  if (content === undefined) return [];
  const isOver = (expiryTime(content.until) ?? 0) <= now;
  const unknown = content.keys.filter(
    (name) => auth.fileKeys?.findByName(name) === undefined && !auth.keys.some((key) => key.name === name),
  );
  return [
    `Content of requests in the log: ${isOver ? 'ENDED at' : `of ${content.keys.join(', ')} until`} ${content.until}`,
    ...(unknown.length > 0 ? [`  debug.content.keys contains names of no key: ${unknown.join(', ')}`] : []),
  ];
}

/** Describes the limits that the gateway would derive on this machine, with a warning for each unsuitable one. */
function describeOverload(config: GatewayConfig): string[] {
  const memory = processMemory();
  const limits = Object.entries(overloadLimits(config, memory)).map(
    ([name, limit]: [string, number]) => `${name} ${limit === Infinity ? 'unlimited' : limit}`,
  );
  const container =
    memory.containerBytes === undefined ? 'no memory limit' : `${memory.containerBytes} bytes of memory`;
  return [
    `Overload limits with ${container}: ${limits.join(', ')}`,
    ...overloadWarnings(config, memory).map((warning) => `WARNING: ${warning}`),
  ];
}

function describeKeys(config: GatewayConfig, now: number): string[] {
  const { auth } = config;
  const isComplete = auth.keysFile === undefined || auth.fileKeys !== undefined;
  if (keyCount(auth) === 0 && isComplete) {
    const sources = otherCallers(config);
    if (sources.length > 0) return [`No API keys in auth.keys. Callers come from ${sources.join(', ')}.`];
    return ['No API keys: every request is rejected. Create one with npm run key:create.'];
  }
  return [
    'API keys:',
    ...auth.keys.map(({ name, expires, models }) => {
      const until = expires === undefined ? '' : `, ${isPast(expires, now) ? 'EXPIRED' : 'expires'} ${expires}`;
      return `  ${name}: ${models ? models.join(', ') : 'all models'}${until}`;
    }),
    ...(auth.fileKeys === undefined ? [] : [describeFileKeys(auth.fileKeys, now)]),
  ];
}

/** Returns the settings, apart from `auth.keys` and `auth.keysFile`, that define who may send requests. */
function otherCallers({ auth, governance, database }: GatewayConfig): string[] {
  return [
    ...(auth.jwt.length > 0 ? ['auth.jwt'] : []),
    ...(governance.files.length > 0 ? ['governance.files'] : []),
    ...(database.url !== undefined ? ['database.url'] : []),
  ];
}

/** Reads `governance.files`. Throws a ConfigError for invalid files, and for keys of `auth` whose team does not exist. */
async function describeGovernance(config: GatewayConfig): Promise<string[]> {
  const { governance, database, auth } = config;
  const hasDatabase = database.url !== undefined;
  const { checkGovernanceFiles } = await import('../governance/files/check-governance-files.ts');
  const counts = await checkGovernanceFiles(governance.files, { hasDatabase, auth });
  return governance.files.length === 0 ? [] : [`governance.files: ${counts}`];
}

/** Describes the keys of a file by their number, because there may be very many. */
function describeFileKeys(keys: ApiKeyTable, now: number): string {
  let expired = 0;
  for (let key = 0; key < keys.size; key++) {
    const { expires } = keys.settingsOf(key);
    if (expires !== undefined && isPast(expires, now)) expired += 1;
  }
  return `  ${keys.path}: ${keys.size} keys${expired === 0 ? '' : `, ${expired} EXPIRED`}`;
}

function isPast(expires: string, now: number): boolean {
  return (expiryTime(expires) ?? Infinity) <= now;
}
