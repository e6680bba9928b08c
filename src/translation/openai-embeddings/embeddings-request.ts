import { badRequest, type GatewayError } from '../../errors/errors.ts';
import { emptyArray, emptyString, invalidType, notListed } from '../../limits/field-errors.ts';
import { CONTENT_LIMITS } from '../../limits/content-limits.ts';
import { requireAtMost } from '../../limits/limit-error.ts';
import type { EmbeddingRules } from '../../models/types/model.ts';
import { Adjustments } from '../adjustments.ts';
import { buildRequestMetadata, type CallerPairs } from '../bedrock-options/request-metadata.ts';
import { ParameterChecker } from '../parameters/parameter-checker.ts';
import { EMBEDDINGS_PARAMETERS } from '../parameters/embeddings-parameters.ts';

/** The request of OpenAI's Embeddings API, with Cohere's `input_type`. */
export interface EmbeddingsRequest {
  model: string;
  /** A text or an array of texts. Not yet validated. */
  input: unknown;
  encoding_format?: unknown;
  /** Length of each vector; the model's default if absent. */
  dimensions?: number | null;
  user?: unknown;
  /** Cohere's purpose of the vectors, e.g. `search_query`. */
  input_type?: unknown;
}

/** A request translated to InvokeModel. */
export interface EmbeddingsTranslation {
  /** Bodies of the upstream calls, in the order of the texts. */
  bodies: readonly object[];
  encoding: 'float' | 'base64';
  /** Request headers for Bedrock. */
  headers: Readonly<Record<string, string>>;
  /** Entries of `x-outcrop-adjusted`. */
  adjusted: readonly string[];
}

const INPUT_TYPES = ['search_document', 'search_query', 'classification', 'clustering'] as const;
type InputType = (typeof INPUT_TYPES)[number];

/** Nova's `embeddingPurpose` for each input type (AWS user guide, Nova embeddings, 2026-11). */
const PURPOSES: Readonly<Record<InputType, string>> = {
  search_document: 'GENERIC_INDEX',
  search_query: 'GENERIC_RETRIEVAL',
  classification: 'CLASSIFICATION',
  clustering: 'CLUSTERING',
};

const TEXT_OR_TEXTS = 'one of a string or an array of strings';

const checker = new ParameterChecker(EMBEDDINGS_PARAMETERS);

/**
 * Converts a request to the bodies of InvokeModel.
 *
 * @param caller - pairs about the caller, if the settings send them to Bedrock as metadata
 * @throws GatewayError 400 with `param` if a field is invalid or the model cannot take it
 */
export function embeddingsRequest(
  request: EmbeddingsRequest,
  rules: EmbeddingRules,
  caller?: CallerPairs,
): EmbeddingsTranslation {
  const adjustments = new Adjustments();
  checker.check(request, adjustments);
  const texts = textsOf(request.input);
  const dimensions = dimensionsOf(request.dimensions, rules);
  const inputType = inputTypeOf(request.input_type);
  const metadata = buildRequestMetadata({ caller, user: request.user }, adjustments);
  if (inputType !== undefined && rules.form === 'titan') adjustments.ignored('input_type');
  const bodies: object[] = [];
  for (let at = 0; at < texts.length; at += rules.textsAtOnce) {
    bodies.push(bodyFor(texts.slice(at, at + rules.textsAtOnce), { dimensions, inputType }, rules));
  }
  return {
    bodies,
    encoding: encodingOf(request.encoding_format),
    headers: metadata ? { 'x-amzn-bedrock-request-metadata': JSON.stringify(metadata) } : {},
    adjusted: adjustments.list(),
  };
}

function textsOf(input: unknown): readonly string[] {
  const list: readonly unknown[] = Array.isArray(input) ? input : [input];
  if (list.length === 0) throw emptyArray('input');
  // The error for tokens comes before the error for too many texts, because an array of tokens is long.
  if (isTokens(list[0])) throw tokensNotSupported();
  requireAtMost(CONTENT_LIMITS.embeddingInputs, list, 'input');
  return list.map((text, index) => {
    const [param, expected] = Array.isArray(input) ? [`input[${index}]`, 'a string'] : ['input', TEXT_OR_TEXTS];
    if (isTokens(text)) throw tokensNotSupported();
    if (typeof text !== 'string') throw invalidType(param, expected, text);
    if (text === '') throw emptyString(param);
    return text;
  });
}

function isTokens(entry: unknown): boolean {
  return typeof entry === 'number' || Array.isArray(entry);
}

function tokensNotSupported(): GatewayError {
  return badRequest(
    'Arrays of tokens are not supported, because tokens differ between models. ' +
      'Send the text itself (LangChain: check_embedding_ctx_length=False).',
    'input',
    'unsupported_parameter',
  );
}

/** Returns the dimensions to send; undefined if the model has a single size. Throws GatewayError 400 for other sizes. */
function dimensionsOf(requested: number | null | undefined, rules: EmbeddingRules): number | undefined {
  const isSelectable = rules.dimensions.length > 1;
  if (requested === undefined || requested === null) return isSelectable ? rules.byDefault : undefined;
  if (rules.dimensions.includes(requested)) return isSelectable ? requested : undefined;
  const supported = rules.dimensions.join(', ');
  throw badRequest(
    `Invalid value: ${requested}. Supported values for this model are: ${supported}.`,
    'dimensions',
    'invalid_value',
  );
}

function inputTypeOf(requested: unknown): InputType | undefined {
  if (requested === undefined || requested === null) return undefined;
  const type = INPUT_TYPES.find((type) => type === requested);
  if (type === undefined) throw notListed('input_type', INPUT_TYPES, requested);
  return type;
}

function encodingOf(requested: unknown): 'float' | 'base64' {
  if (requested === undefined || requested === null || requested === 'float') return 'float';
  if (requested === 'base64') return 'base64';
  throw notListed('encoding_format', ['float', 'base64'], requested);
}

function bodyFor(
  texts: readonly string[],
  { dimensions, inputType = 'search_document' }: { dimensions?: number; inputType?: InputType },
  rules: EmbeddingRules,
): object {
  switch (rules.form) {
    case 'titan':
      return { inputText: texts[0], ...(dimensions !== undefined && { dimensions }) };
    case 'cohere':
      return {
        texts,
        input_type: inputType,
        embedding_types: ['float'],
        ...(dimensions !== undefined && { output_dimension: dimensions }),
      };
    case 'nova':
      return {
        taskType: 'SINGLE_EMBEDDING',
        singleEmbeddingParams: {
          embeddingPurpose: PURPOSES[inputType],
          embeddingDimension: dimensions,
          // Nova then rejects a text that is too long. With truncation, the vector would be that of another text.
          text: { truncationMode: 'NONE', value: texts[0] },
        },
      };
    default:
      return rules.form satisfies never;
  }
}
