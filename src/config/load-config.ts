import { closeSync, openSync, readSync } from 'node:fs';
import { ConfigError, type Problem } from './settings/config-error.ts';
import { GatewayConfig } from './gateway-config.ts';
import { buildSection, type AssemblyReport } from './loading/build-section.ts';
import { findConflicts } from './loading/conflicts.ts';
import { isMap } from './loading/overridden-value.ts';
import { moveRenamedSettings } from './renames/move-renamed-settings.ts';
import { applyEnvironment } from './loading/apply-environment.ts';
import { parseYaml } from './loading/parse-yaml.ts';
import type { ValueOrigin } from './loading/overridden-value.ts';
import { type Environment, describeReadError, type SubstitutionSources } from './loading/substitution.ts';
import { validateSections } from './loading/validate.ts';
import { settingPaths } from './settings/setting.ts';

/** Bytes; a configuration with thousands of keys fits. */
const largestFile = 1024 * 1024;

export interface ConfigSources extends SubstitutionSources {
  /** The configuration file; without it, defaults and environment are all there is. */
  file?: { path: string; text: string };
}

/** A configuration, and where those of its values come from that the file does not say itself, by path. */
export interface LoadedConfig {
  config: GatewayConfig;
  origins: ReadonlyMap<string, ValueOrigin>;
  /** What keeps working for one release only, by path; absent where that is nothing. */
  warnings?: readonly Problem[];
}

/**
 * The configuration: defaults < YAML < well-known variables < `GATEWAY__SECTION__KEY`, validated and frozen.
 * Throws a ConfigError that names everything that is wrong.
 */
export function buildConfig(sources: ConfigSources): GatewayConfig {
  return build(sources).config;
}

function build({ file, environment, readFile }: ConfigSources): LoadedConfig {
  const source = file?.path ?? 'The environment';
  const tree = readTree(file?.text ?? '', source);
  const warnings = moveRenamedSettings(tree);
  const given = applyEnvironment(tree, environment);
  const { problems } = given;
  // A variable may hold a map or a list with former names.
  warnings.push(...given.warnings, ...moveRenamedSettings(tree));
  const knownPaths = settingPaths(GatewayConfig);
  const reading: AssemblyReport = {
    sources: { environment, readFile },
    problems,
    warnings,
    origins: new Map(),
    knownPaths,
  };
  const config = buildSection(GatewayConfig, tree, '', reading);
  const refused = [...validateSections(config, reading.origins), ...findConflicts(config)];
  for (const problem of refused) if (!isNamed(problem, problems)) problems.push(problem);
  if (problems.length > 0) throw new ConfigError(source, problems);
  return { config: freeze(config), origins: reading.origins, warnings: reading.warnings };
}

/** The configuration of this process: `GATEWAY_CONFIG` names the file. Throws a ConfigError. */
export function loadConfig(environment: Environment): GatewayConfig {
  return loadConfigWithOrigins(environment, readFile).config;
}

/** The same, with the origins of its values; `read` gives the text of a file, or throws. Throws a ConfigError. */
export function loadConfigWithOrigins(environment: Environment, read: SubstitutionSources['readFile']): LoadedConfig {
  const path = configFilePath(environment);
  if (path === undefined) return build({ environment, readFile: read });
  return build({ file: { path, text: readConfigFile(path, read) }, environment, readFile: read });
}

export function configFilePath(environment: Environment): string | undefined {
  return environment['GATEWAY_CONFIG'] || undefined;
}

function readConfigFile(path: string, read: SubstitutionSources['readFile']): string {
  try {
    return read(path);
  } catch (error) {
    throw new ConfigError(path, [
      { path: 'GATEWAY_CONFIG', message: `the file cannot be read: ${describeReadError(error)}` },
    ]);
  }
}

/** Reads by the byte and not by the size a file claims to have: pipes and /proc say 0. */
export function readFile(path: string): string {
  const descriptor = openSync(path, 'r');
  try {
    const buffer = Buffer.alloc(largestFile + 1);
    let length = 0;
    for (let count = -1; count !== 0 && length <= largestFile; length += count) {
      count = readSync(descriptor, buffer, length, buffer.length - length, null);
    }
    if (length > largestFile) throw new Error(`it is larger than ${largestFile} bytes`);
    return buffer.toString('utf8', 0, length);
  } finally {
    closeSync(descriptor);
  }
}

function readTree(text: string, source: string): Record<string, unknown> {
  if (Buffer.byteLength(text) > largestFile) {
    throw new ConfigError(source, [{ path: 'file', message: `must not be larger than ${largestFile} bytes` }]);
  }
  const parsed = parseYaml(text);
  if (parsed.problems) throw new ConfigError(source, parsed.problems);
  const tree = parsed.tree ?? {};
  if (isMap(tree)) return tree;
  throw new ConfigError(source, [{ path: 'line 1', message: 'must begin with sections such as "server:"' }]);
}

/** A value that could not be read has said why; that it is therefore missing is no news. */
function isNamed({ path }: Problem, named: readonly Problem[]): boolean {
  return named.some((problem) => isWithin(problem.path, path) || isWithin(path, problem.path));
}

function isWithin(inner: string, outer: string): boolean {
  return inner === outer || inner.startsWith(`${outer}.`) || inner.startsWith(`${outer}[`);
}

function freeze<T extends object>(value: T): T {
  const entries: unknown[] = Object.values(value);
  for (const entry of entries) if (typeof entry === 'object' && entry !== null) freeze(entry);
  return Object.freeze(value);
}
