/**
 * What each model accepts, as data: the emulator's own table, written from the public documents
 * (AWS model cards and lifecycle page, Anthropic's model pages), not from any client's table.
 */
import { CLAUDE_MODELS } from './claude-models.ts';
import type { Model } from './model.ts';
import { EMBEDDING_MODELS, OTHER_MODELS } from './other-models.ts';

export const MODELS: readonly Model[] = [...CLAUDE_MODELS, ...OTHER_MODELS, ...EMBEDDING_MODELS];

/** Application inference profiles hide their model: only the control plane tells. Copies of the profiles of `us`. */
export const APPLICATION_PROFILES: Readonly<Record<string, string>> = {
  outcropopus: 'anthropic.claude-opus-4-8',
  outcrophaiku: 'anthropic.claude-haiku-4-5-20251001-v1:0',
};
