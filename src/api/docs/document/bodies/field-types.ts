import type { OpenApiSchema } from './schema.ts';

const TEXT = { type: ['string', 'null'] };
const OBJECT = { type: ['object', 'null'] };
const TEXT_OR_TEXTS = { anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }, { type: 'null' }] };
const TEXT_OR_OBJECT = { type: ['string', 'object', 'null'] };

/**
 * Schemas of fields that no validator of a DTO describes, because the translators read them. Fields that the gateway ignores
 * accept any value and are absent.
 */
export const FIELD_TYPES: Readonly<Record<string, OpenApiSchema>> = {
  access_programs: {},
  additionalModelRequestFields: OBJECT,
  anthropic_beta: TEXT_OR_TEXTS,
  encoding_format: { enum: ['float', 'base64', null] },
  image: {},
  input_type: { enum: ['search_document', 'search_query', 'classification', 'clustering', null] },
  metadata: OBJECT,
  moderation: {},
  performanceConfig: OBJECT,
  prompt_cache_retention: TEXT,
  safety_identifier: TEXT,
  service_tier: TEXT,
  stop: TEXT_OR_TEXTS,
  stop_sequences: { type: ['array', 'null'], items: { type: 'string' } },
  system: { anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'object' } }, { type: 'null' }] },
  thinking: { type: ['boolean', 'object', 'null'] },
  tool_choice: TEXT_OR_OBJECT,
  user: TEXT,
};

/** Required unions by the name of their field; null counts as missing. */
export const UNION_TYPES: Readonly<Record<string, OpenApiSchema>> = {
  input: { type: ['string', 'array'] },
  prompt: { type: ['string', 'array'] },
};
