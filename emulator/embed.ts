import { createHash } from 'node:crypto';
import { billUnits } from './billing/bill-answer.ts';
import { tokensOf } from './conversation.ts';
import { wait } from './http/stream.ts';
import type { Model } from './model.ts';
import type { Call } from './operations.ts';
import { validationException } from './aws-exception.ts';
import { awsValidationException } from './rules/shape-messages.ts';
import { issuesOf, list, oneOf, record, text } from './rules/shape.ts';
import type { Shape } from './rules/shape.ts';

type Form = NonNullable<Model['embeds']>;

/** Maximum characters of a text (AWS user guide: at most 8,192 tokens or 50,000 characters). */
const MAX_TEXT_LENGTH = 50_000;
const COHERE = {
  'texts!': list(text({ min: 1 }), 1, 96),
  'input_type!': oneOf('search_document', 'search_query', 'classification', 'clustering'),
  truncate: oneOf('NONE', 'START', 'END', 'LEFT', 'RIGHT'),
  embedding_types: list(text()),
};
const SHAPES: Record<Form, Shape> = {
  'titan-v1': record({ 'inputText!': text({ min: 1, max: MAX_TEXT_LENGTH }) }),
  'titan-v2': record({
    'inputText!': text({ min: 1, max: MAX_TEXT_LENGTH }),
    dimensions: { is: 'integer' },
    normalize: { is: 'boolean' },
    embeddingTypes: list(text()),
  }),
  'cohere-v3': record(COHERE),
  'cohere-v4': record({ ...COHERE, output_dimension: { is: 'integer' } }),
  nova: record({
    schemaVersion: oneOf('nova-multimodal-embed-v1'),
    'taskType!': oneOf('SINGLE_EMBEDDING'),
    'singleEmbeddingParams!': record({
      'embeddingPurpose!': oneOf(
        'GENERIC_INDEX',
        'GENERIC_RETRIEVAL',
        'TEXT_RETRIEVAL',
        'CLASSIFICATION',
        'CLUSTERING',
      ),
      embeddingDimension: { is: 'integer' },
      'text!': record({
        'truncationMode!': oneOf('START', 'END', 'NONE'),
        'value!': text({ min: 1, max: MAX_TEXT_LENGTH }),
      }),
    }),
  }),
};
/** Supported dimensions. The first is the default. */
const DIMENSIONS: Record<Form, readonly number[]> = {
  'titan-v1': [1536],
  'titan-v2': [1024, 512, 256],
  'cohere-v3': [1024],
  'cohere-v4': [1536, 1024, 512, 256],
  nova: [3072, 1024, 384, 256],
};

interface EmbedJson {
  inputText?: string;
  dimensions?: number;
  texts?: string[];
  output_dimension?: number;
  embedding_types?: string[];
  singleEmbeddingParams?: { embeddingDimension?: number; text: { value: string } };
}

export function isEmbedding(model: Model): boolean {
  return model.embeds !== undefined;
}

/**
 * Answers InvokeModel of an embedding model with unit vectors that are hashes of the texts. Equal texts have equal
 * vectors; similar texts do not have similar ones.
 */
export async function embed(call: Call): Promise<void> {
  const { model, body, plan, exchange } = call;
  const form = model.embeds ?? 'titan-v2';
  const issues = issuesOf(body, SHAPES[form]);
  if (issues.length > 0) throw awsValidationException(issues);
  const { inputText, texts, singleEmbeddingParams: nova, ...given } = body as EmbedJson;
  const wanted = given.dimensions ?? given.output_dimension ?? nova?.embeddingDimension;
  const [byDefault = 0] = DIMENSIONS[form];
  if (wanted !== undefined && !DIMENSIONS[form].includes(wanted))
    throw validationException(
      `Malformed input request: ${wanted} is not a valid enum value, please reformat your input and try again.`,
    );
  const sources = texts ?? [inputText ?? nova?.text.value ?? ''];
  const tokens = tokensOf(sources.join(''));
  billUnits(call, { input: tokens });
  if (!(await wait(plan.slowMs, exchange))) return;
  const vectors = sources.map((source) => vector(source, wanted ?? byDefault));
  exchange.json(200, answerOf(form, { sources, vectors, tokens, types: given.embedding_types }), {
    'x-amzn-bedrock-input-token-count': String(tokens),
  });
}

interface Made {
  sources: string[];
  vectors: number[][];
  tokens: number;
  types: string[] | undefined;
}

function answerOf(form: Form, { sources, vectors, tokens, types }: Made): object {
  const [embedding = []] = vectors;
  switch (form) {
    case 'titan-v1':
      return { embedding, inputTextTokenCount: tokens };
    case 'titan-v2':
      return { embedding, embeddingsByType: { float: embedding }, inputTextTokenCount: tokens };
    case 'nova':
      return { embeddings: [{ embeddingType: 'TEXT', embedding }] };
    case 'cohere-v3':
    case 'cohere-v4': {
      const id = createHash('sha256').update(sources.join('\n')).digest('hex').slice(0, 32);
      return types === undefined
        ? { id, texts: sources, embeddings: vectors, response_type: 'embeddings_floats' }
        : { id, texts: sources, embeddings: { float: vectors }, response_type: 'embeddings_by_type' };
    }
  }
}

function vector(source: string, dimensions: number): number[] {
  const numbers = Array.from({ length: dimensions }, (_, index) => {
    const digest = createHash('sha256').update(`${index}:${source}`).digest();
    return digest.readInt32BE(0) / 2 ** 31;
  });
  const size = Math.hypot(...numbers);
  return numbers.map((number) => number / size);
}
