/**
 * Embedding models. Sources: AWS's user guide (parameters of Titan, Cohere and Nova embeddings), its model cards and
 * price list, 2026-11.
 */
import { onDemandModel } from './model-builders.ts';
import { UNKNOWN_FAMILY } from '../rules/family-rules.ts';
import type { EmbeddingRules, Model, ModelRules } from '../types/model.ts';

/** Rules of an embedding model. Only the maximum length of a text applies to it. */
const VECTORS: ModelRules = {
  ...UNKNOWN_FAMILY,
  family: 'embedding',
  contextTokens: 8_192,
  maxOutputTokens: 0,
  tools: false,
  toolStreaming: false,
  vision: false,
  documents: false,
  audio: false,
  system: false,
  stopSequences: false,
};

/** Rules of Cohere's third generation, whose API accepts at most 96 texts in one request. */
const COHERE_3: EmbeddingRules = { form: 'cohere', dimensions: [1_024], byDefault: 1_024, textsAtOnce: 96 };

/** Embedding models of Amazon and Cohere. */
export const EMBEDDING_MODELS: readonly Model[] = [
  onDemandModel(
    'nova-2-multimodal-embeddings',
    'Nova 2 Multimodal Embeddings',
    'amazon.nova-2-multimodal-embeddings-v1:0',
    {
      rules: VECTORS,
      embedding: { form: 'nova', dimensions: [256, 384, 1_024, 3_072], byDefault: 3_072, textsAtOnce: 1 },
      lifecycle: { launched: '2025-10-28' },
    },
  ),
  onDemandModel('titan-embed-text-v2', 'Titan Text Embeddings V2', 'amazon.titan-embed-text-v2:0', {
    rules: VECTORS,
    embedding: { form: 'titan', dimensions: [256, 512, 1_024], byDefault: 1_024, textsAtOnce: 1 },
    lifecycle: { launched: '2024-04-30' },
  }),
  onDemandModel('titan-embed-text-v1', 'Titan Embeddings G1 - Text', 'amazon.titan-embed-text-v1', {
    rules: VECTORS,
    embedding: { form: 'titan', dimensions: [1_536], byDefault: 1_536, textsAtOnce: 1 },
    lifecycle: { launched: '2023-09-28' },
  }),
  onDemandModel('cohere-embed-v4', 'Cohere Embed v4', 'cohere.embed-v4:0', {
    rules: { ...VECTORS, contextTokens: 128_000 },
    embedding: { form: 'cohere', dimensions: [256, 512, 1_024, 1_536], byDefault: 1_536, textsAtOnce: 96 },
    prefixes: ['us', 'eu', 'global'],
    lifecycle: { launched: '2025-10-02' },
  }),
  onDemandModel('cohere-embed-multilingual-v3', 'Cohere Embed Multilingual v3', 'cohere.embed-multilingual-v3', {
    rules: { ...VECTORS, contextTokens: 512 },
    embedding: COHERE_3,
    lifecycle: { launched: '2023-11-28' },
  }),
  onDemandModel('cohere-embed-english-v3', 'Cohere Embed English v3', 'cohere.embed-english-v3', {
    rules: { ...VECTORS, contextTokens: 512 },
    embedding: COHERE_3,
    lifecycle: { launched: '2023-11-28' },
  }),
];
