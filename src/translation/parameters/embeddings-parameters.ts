import type { ParameterTable } from './parameter.ts';

/** `POST /v1/embeddings`. */
export const EMBEDDINGS_PARAMETERS: ParameterTable = [
  { field: 'model', verdict: 'honoured', note: 'A model that makes embeddings.' },
  {
    field: 'input',
    verdict: 'honoured',
    note: 'A text or up to 2,048 texts, sent in the sizes that the model takes; lists of tokens are refused.',
  },
  { field: 'encoding_format', verdict: 'emulated', note: 'float, or base64 of little-endian floats of 32 bits.' },
  { field: 'dimensions', verdict: 'honoured', note: 'Those that the model has; others are refused.' },
  { field: 'user', verdict: 'honoured', note: 'Goes into the request metadata of the invocation logs.' },
  {
    field: 'input_type',
    verdict: 'honoured',
    note: 'search_document (the default), search_query, classification, clustering: for Cohere and Nova; ignored by Titan.',
  },
];
