import type { CreateEmbeddingResponse } from 'openai/resources/embeddings';

const BYTES_PER_NUMBER = 4;

/** The content of one answer of InvokeModel: a vector for each text of the request. */
export interface Vectors {
  /** In the order of the texts. */
  vectors: readonly (readonly number[])[];
  /** Input tokens; absent if the answer does not report them. */
  tokens?: number;
}

/** The response body of OpenAI's API. A vector in base64 encodes little-endian 32-bit floats. */
export type EmbeddingsAnswer = Omit<CreateEmbeddingResponse, 'data'> & {
  data: { object: 'embedding'; index: number; embedding: readonly number[] | string }[];
};

/** Reads the vectors of an answer of Titan, Cohere or Nova; undefined if the JSON has none of these formats. */
export function readVectors(json: string): Vectors | undefined {
  let body: unknown;
  try {
    body = JSON.parse(json);
  } catch {
    return undefined;
  }
  const { embedding, embeddings, inputTextTokenCount: tokens } = Object(body) as Record<string, unknown>;
  const vectors = isVector(embedding) ? [embedding] : vectorsIn(embeddings);
  return vectors && { vectors, ...(typeof tokens === 'number' && { tokens }) };
}

/** Reads `embeddings`: an array of vectors or an object by type (Cohere), or an array of objects (Nova). */
function vectorsIn(embeddings: unknown): readonly (readonly number[])[] | undefined {
  const list: unknown = Array.isArray(embeddings) ? embeddings : (Object(embeddings) as { float?: unknown }).float;
  if (!Array.isArray(list) || list.length === 0) return undefined;
  const vectors = list.map((member: unknown) =>
    isVector(member) ? member : (Object(member) as { embedding?: unknown }).embedding,
  );
  return vectors.every(isVector) ? vectors : undefined;
}

function isVector(value: unknown): value is readonly number[] {
  return Array.isArray(value) && typeof value[0] === 'number';
}

/** Builds the response body from the vectors of all texts, in order. */
export function embeddingsResponse(
  vectors: readonly (readonly number[])[],
  encoding: 'float' | 'base64',
  { model, tokens }: { model: string; tokens: number },
): EmbeddingsAnswer {
  return {
    object: 'list',
    data: vectors.map((vector, index) => ({
      object: 'embedding',
      index,
      embedding: encoding === 'float' ? vector : base64Of(vector),
    })),
    model,
    usage: { prompt_tokens: tokens, total_tokens: tokens },
  };
}

function base64Of(vector: readonly number[]): string {
  const bytes = Buffer.allocUnsafe(vector.length * BYTES_PER_NUMBER);
  for (const [index, number] of vector.entries()) bytes.writeFloatLE(number, index * BYTES_PER_NUMBER);
  return bytes.toString('base64');
}
