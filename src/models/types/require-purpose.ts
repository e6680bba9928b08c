import { badRequest } from '../../errors/errors.ts';
import type { EmbeddingRules, Route } from './model.ts';

/** Throws GatewayError 400 for an embedding model. */
export function requireChatModel({ model }: Route): void {
  if (model.embedding === undefined) return;
  throw badRequest(
    `\`${model.name}\` is an embedding model and cannot chat. Use /v1/embeddings.`,
    'model',
    'model_not_supported',
  );
}

/** Returns the rules of an embedding model. Throws GatewayError 400 for other models. */
export function requireEmbeddingModel({ model }: Route): EmbeddingRules {
  if (model.embedding !== undefined) return model.embedding;
  throw badRequest(`\`${model.name}\` is not an embedding model.`, 'model', 'model_not_supported');
}
