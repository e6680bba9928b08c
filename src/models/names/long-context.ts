import type { ModelRules } from '../types/model.ts';

/**
 * Claude Code writes `[1m]` behind the name of a model for its context of a million tokens, and some of its versions send
 * it (anthropics/claude-code#49781, #68531, #23499, #68005).
 */
const SUFFIX = /\[1m\]$/i;

/** The name without the suffix; undefined where it has none. */
export function withoutLongContext(name: string): string | undefined {
  return SUFFIX.test(name) ? name.replace(SUFFIX, '') : undefined;
}

/** The beta flag with which a model accepts a million tokens; undefined where it needs none, or accepts fewer. */
export function longContextBeta({ betas }: ModelRules): string | undefined {
  return betas?.find((flag) => flag.startsWith('context-1m-'));
}
