import type { ModelRules } from '../types/model.ts';

/**
 * Suffix with which Claude Code requests a context of a million tokens. Some of its versions send it as part of the
 * model name (anthropics/claude-code#49781, #68531, #23499, #68005).
 */
const SUFFIX = /\[1m\]$/i;

/** Returns the name without the suffix; undefined if it has none. */
export function withoutLongContext(name: string): string | undefined {
  return SUFFIX.test(name) ? name.replace(SUFFIX, '') : undefined;
}

/**
 * Returns the beta flag for a context of a million tokens; undefined if the model needs none, or accepts fewer tokens.
 */
export function longContextBeta({ betas }: ModelRules): string | undefined {
  return betas?.find((flag) => flag.startsWith('context-1m-'));
}
