import { closeSync, openSync, readSync } from 'node:fs';
import { ConfigError, type Problem } from './settings/config-error.ts';
import { GatewayConfig } from './gateway-config.ts';
import { buildSection, type AssemblyReport } from './loading/build-section.ts';
import { jwtWarnings } from './conflicts/jwt-conflicts.ts';
import { findConflicts } from './loading/conflicts.ts';
import { isMap } from './loading/overridden-value.ts';
import { moveRenamedSettings } from './renames/move-renamed-settings.ts';
import { applyEnvironment } from './loading/apply-environment.ts';
import { parseYaml } from './loading/parse-yaml.ts';
import type { ValueOrigin } from './loading/overridden-value.ts';
import { type Environment, describeReadError, type SubstitutionSources } from './loading/substitution.ts';
import { validateSections } from './loading/validate.ts';
import { settingPaths } from './settings/setting.ts';

/** Maximum size of a file in bytes. A configuration with thousands of keys fits. */
const maxFileBytes = 1024 * 1024;
const aboveFileLimit = `larger than ${maxFileBytes} bytes (1 MiB), the limit of a configuration file`;
/** Only API keys make a configuration so large. */
const largeFileAdvice = 'move the API keys from auth.keys to a file of JSON lines, and name it in auth.keysFile';

/** Sources of the configuration. */
export interface ConfigSources extends SubstitutionSources {
  /** The configuration file. Without it, defaults and environment apply. */
  file?: { path: string; text: string };
  /** Files and variables that do not exist: `reported` leaves their settings unset. By default, they are problems. */
  unresolved?: 'reported';
}

/** A configuration, with the origins, by path, of the values that are not literally in the file. */
export interface LoadedConfig {
  config: GatewayConfig;
  origins: ReadonlyMap<string, ValueOrigin>;
  /** Deprecated settings and values, and settings that are probably a mistake, by path; absent if there are none. */
  warnings?: readonly Problem[];
  /** Settings whose file or variable does not exist, if the sources permit that. */
  unresolved?: readonly Problem[];
}

/**
 * Builds the configuration from defaults, YAML file, well-known variables and `GATEWAY__SECTION__KEY` variables; later
 * sources have precedence. The result is validated and frozen. Throws a ConfigError with all problems.
 */
export function buildConfig(sources: ConfigSources): GatewayConfig {
  return buildConfigWithOrigins(sources).config;
}

/**
 * Builds the configuration as `buildConfig`, with the origins of its values. Throws a ConfigError with all problems.
 */
export function buildConfigWithOrigins({ file, environment, readFile, unresolved }: ConfigSources): LoadedConfig {
  const source = file?.path ?? 'The environment';
  const tree = readTree(file?.text ?? '', source);
  const warnings = moveRenamedSettings(tree);
  const given = applyEnvironment(tree, environment);
  const { problems } = given;
  // A variable may hold a map or a list with former names.
  warnings.push(...given.warnings, ...moveRenamedSettings(tree));
  const knownPaths = settingPaths(GatewayConfig);
  const report: AssemblyReport = {
    sources: { environment, readFile },
    problems,
    ...(unresolved && { unresolved: [] }),
    warnings,
    origins: new Map(),
    knownPaths,
  };
  const config = buildSection(GatewayConfig, tree, '', report);
  const invalid = [...validateSections(config, report.origins), ...findConflicts(config)];
  const unknown = report.unresolved ?? [];
  for (const problem of invalid) {
    if (!isNamed(problem, problems) && !dependsOn(problem, unknown)) problems.push(problem);
  }
  if (problems.length > 0) throw new ConfigError(source, problems);
  return {
    config: freeze(config),
    origins: report.origins,
    warnings: [...report.warnings, ...jwtWarnings(config)],
    unresolved: report.unresolved,
  };
}

/** Loads the configuration of this process from the file that `GATEWAY_CONFIG` names. Throws a ConfigError. */
export function loadConfig(environment: Environment): GatewayConfig {
  return loadConfigWithOrigins(environment, readFile).config;
}

/**
 * Loads the configuration with the origins of its values. `read` returns the text of a file, or throws. Throws a
 * ConfigError.
 */
export function loadConfigWithOrigins(environment: Environment, read: SubstitutionSources['readFile']): LoadedConfig {
  const path = configFilePath(environment);
  if (path === undefined) return buildConfigWithOrigins({ environment, readFile: read });
  return buildConfigWithOrigins({ file: { path, text: readConfigFile(path, read) }, environment, readFile: read });
}

/** Returns the path in `GATEWAY_CONFIG`; undefined if it is unset or empty. */
export function configFilePath(environment: Environment): string | undefined {
  return environment['GATEWAY_CONFIG'] || undefined;
}

/** Returns the text of the configuration file. Throws a ConfigError if it cannot be read. */
export function readConfigFile(path: string, read: SubstitutionSources['readFile']): string {
  try {
    return read(path);
  } catch (error) {
    const reason = describeReadError(error);
    const advice = reason.endsWith(aboveFileLimit) ? `; ${largeFileAdvice}` : '';
    throw new ConfigError(path, [{ path: 'GATEWAY_CONFIG', message: `the file cannot be read: ${reason}${advice}` }]);
  }
}

/** Reads a file until its end, whatever size it reports, because pipes and /proc report 0. */
export function readFile(path: string): string {
  const descriptor = openSync(path, 'r');
  try {
    const buffer = Buffer.alloc(maxFileBytes + 1);
    let length = 0;
    for (let count = -1; count !== 0 && length <= maxFileBytes; length += count) {
      count = readSync(descriptor, buffer, length, buffer.length - length, null);
    }
    if (length > maxFileBytes) throw new Error(`it is ${aboveFileLimit}`);
    return buffer.toString('utf8', 0, length);
  } finally {
    closeSync(descriptor);
  }
}

function readTree(text: string, source: string): Record<string, unknown> {
  if (Buffer.byteLength(text) > maxFileBytes) {
    throw new ConfigError(source, [{ path: 'file', message: `must not be ${aboveFileLimit}; ${largeFileAdvice}` }]);
  }
  const parsed = parseYaml(text);
  if (parsed.problems) throw new ConfigError(source, parsed.problems);
  const tree = parsed.tree ?? {};
  if (isMap(tree)) return tree;
  throw new ConfigError(source, [{ path: 'line 1', message: 'must begin with sections such as "server:"' }]);
}

/**
 * Returns true if a problem with the path exists already. A value that could not be read needs no second problem about its
 * absence.
 */
function isNamed({ path }: Problem, named: readonly Problem[]): boolean {
  return named.some((problem) => isWithin(problem.path, path) || isWithin(path, problem.path));
}

/** Returns true if a problem may exist only because settings have no value here. */
function dependsOn(problem: Problem, unknown: readonly Problem[]): boolean {
  return isNamed(problem, unknown) || unknown.some(({ path }) => problem.message.includes(path));
}

function isWithin(inner: string, outer: string): boolean {
  return inner === outer || inner.startsWith(`${outer}.`) || inner.startsWith(`${outer}[`);
}

function freeze<T extends object>(value: T): T {
  const entries: unknown[] = Object.values(value);
  for (const entry of entries) if (typeof entry === 'object' && entry !== null) freeze(entry);
  return Object.freeze(value);
}
