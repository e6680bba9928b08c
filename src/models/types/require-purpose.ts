import { badRequest } from '../../errors/errors.ts';
import type { EmbeddingRules, Route } from './model.ts';

/** Throws 400 for a model that only makes vectors. */
export function requireChatModel({ model }: Route): void {
  if (model.embedding === undefined) return;
  throw badRequest(
    `\`${model.name}\` makes embeddings and does not talk. Ask it by /v1/embeddings.`,
    'model',
    'model_not_supported',
  );
}

/** How the model makes vectors. Throws 400 for one that makes none. */
export function requireEmbeddingModel({ model }: Route): EmbeddingRules {
  if (model.embedding !== undefined) return model.embedding;
  throw badRequest(`\`${model.name}\` makes no embeddings.`, 'model', 'model_not_supported');
}
