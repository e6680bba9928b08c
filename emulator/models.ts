import { CLAUDE_MODELS } from './claude-models.ts';
import type { Model } from './model.ts';
import { EMBEDDING_MODELS, OTHER_MODELS } from './other-models.ts';

/**
 * What each model accepts. Sources: AWS model cards and lifecycle page, Anthropic's model pages. The table is
 * independent of the gateway's model rules, so that tests find errors in those.
 */
export const MODELS: readonly Model[] = [...CLAUDE_MODELS, ...OTHER_MODELS, ...EMBEDDING_MODELS];

/**
 * Application inference profiles: id and model. Only the control plane returns the model of such a profile.
 * Each is a copy of the profile of the geography `us`.
 */
export const APPLICATION_PROFILES: Readonly<Record<string, string>> = {
  outcropopus: 'anthropic.claude-opus-4-8',
  outcrophaiku: 'anthropic.claude-haiku-4-5-20251001-v1:0',
};
