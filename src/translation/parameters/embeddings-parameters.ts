import type { ParameterTable } from './parameter.ts';

/** Fields of `POST /v1/embeddings`. */
export const EMBEDDINGS_PARAMETERS: ParameterTable = [
  { field: 'model', treatment: 'honored', note: 'An embedding model.' },
  {
    field: 'input',
    treatment: 'honored',
    note: 'A text or up to 2,048 texts, sent in batches of the size that the model accepts. Lists of tokens are rejected.',
  },
  { field: 'encoding_format', treatment: 'emulated', note: 'float, or base64 of little-endian 32-bit floats.' },
  { field: 'dimensions', treatment: 'honored', note: 'Sizes that the model supports. Others are rejected.' },
  { field: 'user', treatment: 'honored', note: "Sent as request metadata, which Bedrock's invocation logs contain." },
  {
    field: 'input_type',
    treatment: 'honored',
    note: 'search_document (default), search_query, classification or clustering, for Cohere and Nova. Titan ignores it.',
  },
];
