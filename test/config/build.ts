import { ConfigError } from '../../src/config/settings/config-error.ts';
import { buildConfig } from '../../src/config/load-config.ts';

export const hashOfA = `sha256:${'a'.repeat(64)}`;
export const hashOfB = `sha256:${'b'.repeat(64)}`;

function readNothing(path: string): string {
  throw Object.assign(new Error(`no ${path}`), { code: 'ENOENT' });
}

/** Builds the configuration from a YAML text and an environment, without files for substitution. */
export function build(text: string, environment: Record<string, string> = {}) {
  return buildConfig({ file: { path: 'test.yaml', text }, environment, readFile: readNothing });
}

/** Returns path → message of all problems. Throws if the configuration is accepted. */
export function problemsOf(text: string, environment: Record<string, string> = {}): Record<string, string> {
  return Object.fromEntries(refusal(text, environment).problems.map(({ path, message }) => [path, message]));
}

export function refusal(text: string, environment: Record<string, string> = {}): ConfigError {
  try {
    build(text, environment);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error('the configuration was accepted');
}
