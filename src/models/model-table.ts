import { RETIRED_CLAUDE_MODELS } from './claude-models-retired.ts';
import { CLAUDE_MODELS } from './claude-models.ts';
import { FAMILY_MODELS } from './family-models.ts';
import type { ModelCard } from './model.ts';
import { OPENAI_MODELS } from './openai-models.ts';
import { OTHER_MODELS } from './other-models.ts';

/** Every model this gateway knows by name; the order is that of `GET /v1/models`. */
export const MODEL_TABLE: readonly ModelCard[] = [
  ...CLAUDE_MODELS,
  ...FAMILY_MODELS,
  ...OPENAI_MODELS,
  ...OTHER_MODELS,
  ...RETIRED_CLAUDE_MODELS,
];
