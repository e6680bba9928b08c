import { createHash } from 'node:crypto';
import { tokensOf } from './conversation.ts';
import { wait } from './http/stream.ts';
import type { Model } from './model.ts';
import type { Call } from './operations.ts';
import { awsRefusal } from './rules/shape-words.ts';
import { issuesOf, list, oneOf, record, text } from './rules/shape.ts';
import type { Shape } from './rules/shape.ts';

const TITAN: Shape = record({
  'inputText!': text({ min: 1, max: 50_000 }),
  dimensions: { is: 'integer', min: 256, max: 1024 },
  normalize: { is: 'boolean' },
  embeddingTypes: list(text()),
});
const COHERE: Shape = record({
  'texts!': list(text({ min: 1 }), 1, 96),
  'input_type!': oneOf('search_document', 'search_query', 'classification', 'clustering'),
  truncate: oneOf('NONE', 'START', 'END', 'LEFT', 'RIGHT'),
  embedding_types: list(text()),
  output_dimension: { is: 'integer', min: 256, max: 1536 },
});

export function isEmbedding(model: Model): boolean {
  return model.embeds !== undefined;
}

/** Vectors made from hashes: the same text gets the same unit vector, near texts are not near. */
export async function embed({ model, body, plan, exchange }: Call): Promise<void> {
  const issues = issuesOf(body, model.embeds === 'titan' ? TITAN : COHERE);
  if (issues.length > 0) throw awsRefusal(issues);
  if (!(await wait(plan.slowMs, exchange))) return;
  const {
    inputText = '',
    dimensions = 1024,
    texts = [],
    output_dimension = 1024,
    embedding_types: types,
  } = body as {
    inputText?: string;
    dimensions?: number;
    texts?: string[];
    output_dimension?: number;
    embedding_types?: string[];
  };
  const counted = { 'x-amzn-bedrock-input-token-count': String(tokensOf(inputText + texts.join(''))) };
  if (model.embeds === 'titan') {
    const embedding = vector(inputText, dimensions);
    return exchange.json(
      200,
      { embedding, embeddingsByType: { float: embedding }, inputTextTokenCount: tokensOf(inputText) },
      counted,
    );
  }
  const vectors = texts.map((one) => vector(one, output_dimension));
  const id = createHash('sha256').update(texts.join('\n')).digest('hex').slice(0, 32);
  const shape =
    types === undefined
      ? { embeddings: vectors, response_type: 'embeddings_floats' }
      : { embeddings: { float: vectors }, response_type: 'embeddings_by_type' };
  exchange.json(200, { id, texts, ...shape }, counted);
}

function vector(source: string, dimensions: number): number[] {
  const numbers = Array.from({ length: dimensions }, (_, index) => {
    const digest = createHash('sha256').update(`${index}:${source}`).digest();
    return digest.readInt32BE(0) / 2 ** 31;
  });
  const size = Math.hypot(...numbers);
  return numbers.map((number) => number / size);
}
