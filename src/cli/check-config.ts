import { isDeepStrictEqual } from 'node:util';
import { ConfigError } from '../config/settings/config-error.ts';
import { GatewayConfig } from '../config/gateway-config.ts';
import { loadConfigWithOrigins, readFile } from '../config/load-config.ts';
import type { Environment } from '../config/loading/substitution.ts';
import { maskSecrets } from '../config/mask-secrets.ts';
import { expiryTime } from '../config/settings/date-time.ts';
import { overloadLimits, overloadWarnings, processMemory } from '../config/overload-limits.ts';
import { differences as differencesBetween } from '../config/reload/differences.ts';
import { settingsOf } from '../config/settings/setting.ts';

export interface CheckResult {
  exitCode: 0 | 1;
  lines: string[];
}

/**
 * What `npm run config:check` says about a file, as the gateway would read it in this environment. `prove` throws for
 * settings that do not fit what exists.
 */
export function checkConfig(
  path: string,
  environment: Environment,
  now: number,
  prove: (config: GatewayConfig) => void = () => undefined,
): CheckResult {
  try {
    const { config, warnings = [] } = loadConfigWithOrigins({ ...environment, GATEWAY_CONFIG: path }, readFile);
    const misfit = misfitOf(config, prove);
    if (misfit !== undefined) return { exitCode: 1, lines: [`${path} is wrong:`, `  ${misfit}`] };
    return {
      exitCode: 0,
      lines: [
        `${path} is valid`,
        ...warnings.map(({ path: at, message }) => `Warning: ${at}: ${message}`),
        ...differences(config),
        ...describeOverload(config),
        ...describeKeys(config, now),
        ...describeContentLog(config, now),
      ],
    };
  } catch (error) {
    if (error instanceof ConfigError) return { exitCode: 1, lines: error.message.split('\n') };
    throw error;
  }
}

/** What a running gateway would do if the new file took the place of the old one. */
export function compareConfigs(oldPath: string, newPath: string, environment: Environment): CheckResult {
  try {
    const [before, after] = [oldPath, newPath].map((path) =>
      loadConfigWithOrigins({ ...environment, GATEWAY_CONFIG: path }, readFile),
    );
    const changes = before && after ? differencesBetween(before, after) : [];
    if (changes.length === 0) return { exitCode: 0, lines: ['Nothing is different.'] };
    const lines = changes.map(({ path, change, takesEffect }) => {
      return maskSecrets(`${path}: ${change}${takesEffect === 'on restart' ? ' (needs a restart)' : ''}`);
    });
    return { exitCode: 0, lines };
  } catch (error) {
    if (error instanceof ConfigError) return { exitCode: 1, lines: error.message.split('\n') };
    throw error;
  }
}

function misfitOf(config: GatewayConfig, prove: (config: GatewayConfig) => void): string | undefined {
  try {
    prove(config);
    return undefined;
  } catch (error) {
    return maskSecrets(error instanceof Error ? error.message : String(error));
  }
}

/** Names of the settings that are not at their defaults; values may be secret. */
function differences(config: GatewayConfig): string[] {
  const defaults = new Map<string, object>(Object.entries(new GatewayConfig()));
  const lines = Object.entries(config).flatMap(([section, settings]: [string, object]) => {
    const changed = changedSettings(settings, defaults.get(section) ?? {});
    return changed.length > 0 ? [`  ${section}: ${changed.join(', ')}`] : [];
  });
  return lines.length > 0 ? ['Changed from the defaults:', ...lines] : ['Everything is at its default.'];
}

function changedSettings(section: object, defaults: object): string[] {
  const valuesBefore = new Map<string, unknown>(Object.entries(defaults));
  const values = new Map<string, unknown>(Object.entries(section));
  return [...settingsOf(section.constructor).keys()].filter(
    (name) => !isDeepStrictEqual(values.get(name), valuesBefore.get(name)),
  );
}

/** Whose content is logged, and names that no key has: a removed key must not make the configuration invalid. */
function describeContentLog({ auth, debug }: GatewayConfig, now: number): string[] {
  const { content } = debug;
  if (content === undefined) return [];
  const isOver = (expiryTime(content.until) ?? 0) <= now;
  const unknown = content.keys.filter((name) => !auth.keys.some((key) => key.name === name));
  return [
    `Content of requests in the log: ${isOver ? 'ENDED at' : `of ${content.keys.join(', ')} until`} ${content.until}`,
    ...(unknown.length > 0 ? [`  debug.content.keys names no key of auth.keys: ${unknown.join(', ')}`] : []),
  ];
}

/** The limits that the gateway would derive on this machine, and a warning for each that does not fit. */
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

function describeKeys({ auth }: GatewayConfig, now: number): string[] {
  if (auth.keys.length === 0) return ['No API keys: every request is refused. npm run key:create makes one.'];
  return [
    'API keys:',
    ...auth.keys.map(({ name, expires, models }) => {
      const isExpired = expires !== undefined && (expiryTime(expires) ?? Infinity) <= now;
      const until = expires === undefined ? '' : `, ${isExpired ? 'EXPIRED' : 'expires'} ${expires}`;
      return `  ${name}: ${models ? models.join(', ') : 'all models'}${until}`;
    }),
  ];
}
