import type { CreateEmbeddingResponse } from 'openai/resources/embeddings';

const BYTES = 4;

/** What one answer of InvokeModel holds: a vector for each of its texts. */
export interface Vectors {
  vectors: readonly (readonly number[])[];
  /** Where the body tells it. */
  tokens?: number;
}

/** OpenAI's answer; in base64 a vector is its numbers as little-endian floats of 32 bits. */
export type EmbeddingsAnswer = Omit<CreateEmbeddingResponse, 'data'> & {
  data: { object: 'embedding'; index: number; embedding: readonly number[] | string }[];
};

/** Undefined for what is no answer of any of the three vendors. */
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

/** Cohere: a list, or lists by type; Nova: a list of objects. */
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
  const bytes = Buffer.allocUnsafe(vector.length * BYTES);
  for (const [index, number] of vector.entries()) bytes.writeFloatLE(number, index * BYTES);
  return bytes.toString('base64');
}
