import { badRequest, type GatewayError } from '../../errors/errors.ts';
import { emptyArray, emptyString, invalidType, notListed } from '../../limits/field-errors.ts';
import { CONTENT_LIMITS } from '../../limits/content-limits.ts';
import { requireAtMost } from '../../limits/limit-error.ts';
import type { EmbeddingRules } from '../../models/types/model.ts';
import { Adjustments } from '../adjustments.ts';
import { buildRequestMetadata } from '../bedrock-options/request-metadata.ts';
import { ParameterChecker } from '../parameters/parameter-checker.ts';
import { EMBEDDINGS_PARAMETERS } from '../parameters/embeddings-parameters.ts';

/** OpenAI's request, with Cohere's `input_type` beside it. */
export interface EmbeddingsRequest {
  model: string;
  input: unknown;
  encoding_format?: unknown;
  dimensions?: number | null;
  user?: unknown;
  input_type?: unknown;
}

export interface EmbeddingsTranslation {
  /** Bodies of InvokeModel, in the order of the texts. */
  bodies: readonly object[];
  encoding: 'float' | 'base64';
  /** Bedrock's own headers. */
  headers: Readonly<Record<string, string>>;
  adjusted: readonly string[];
}

const INPUT_TYPES = ['search_document', 'search_query', 'classification', 'clustering'] as const;
type InputType = (typeof INPUT_TYPES)[number];

/** Nova's words for the same (AWS user guide, Nova embeddings, 2026-11). */
const PURPOSES: Readonly<Record<InputType, string>> = {
  search_document: 'GENERIC_INDEX',
  search_query: 'GENERIC_RETRIEVAL',
  classification: 'CLASSIFICATION',
  clustering: 'CLUSTERING',
};

const TEXT_OR_TEXTS = 'one of a string or an array of strings';

const judge = new ParameterChecker(EMBEDDINGS_PARAMETERS);

/** Throws GatewayError 400 with `param` for what the model cannot make vectors of. `caller`: the key's name, if it is told. */
export function embeddingsRequest(
  request: EmbeddingsRequest,
  rules: EmbeddingRules,
  caller?: string,
): EmbeddingsTranslation {
  const adjustments = new Adjustments();
  judge.judge(request, adjustments);
  const texts = textsOf(request.input);
  const dimensions = dimensionsOf(request.dimensions, rules);
  const inputType = inputTypeOf(request.input_type);
  const metadata = buildRequestMetadata({ apiKey: caller, user: request.user }, adjustments);
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
  // A list of tokens has its own message, however long the list is.
  if (isTokens(list[0])) throw tokensRefused();
  requireAtMost(CONTENT_LIMITS.embeddingInputs, list, 'input');
  return list.map((text, index) => {
    const [param, expected] = Array.isArray(input) ? [`input[${index}]`, 'a string'] : ['input', TEXT_OR_TEXTS];
    if (isTokens(text)) throw tokensRefused();
    if (typeof text !== 'string') throw invalidType(param, expected, text);
    if (text === '') throw emptyString(param);
    return text;
  });
}

function isTokens(entry: unknown): boolean {
  return typeof entry === 'number' || Array.isArray(entry);
}

function tokensRefused(): GatewayError {
  return badRequest(
    'Lists of tokens are those of OpenAI’s models; send the text itself (LangChain: check_embedding_ctx_length=False).',
    'input',
    'unsupported_parameter',
  );
}

/** Only where there is a choice is it said. */
function dimensionsOf(wish: number | null | undefined, rules: EmbeddingRules): number | undefined {
  const choice = rules.dimensions.length > 1;
  if (wish === undefined || wish === null) return choice ? rules.byDefault : undefined;
  if (rules.dimensions.includes(wish)) return choice ? wish : undefined;
  const supported = rules.dimensions.join(', ');
  throw badRequest(
    `Invalid value: ${wish}. Supported values for this model are: ${supported}.`,
    'dimensions',
    'invalid_value',
  );
}

function inputTypeOf(wish: unknown): InputType | undefined {
  if (wish === undefined || wish === null) return undefined;
  const type = INPUT_TYPES.find((type) => type === wish);
  if (type === undefined) throw notListed('input_type', INPUT_TYPES, wish);
  return type;
}

function encodingOf(wish: unknown): 'float' | 'base64' {
  if (wish === undefined || wish === null || wish === 'float') return 'float';
  if (wish === 'base64') return 'base64';
  throw notListed('encoding_format', ['float', 'base64'], wish);
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
          // A text that is too long is refused: cut in silence, its vector would be that of another text.
          text: { truncationMode: 'NONE', value: texts[0] },
        },
      };
    default:
      return rules.form satisfies never;
  }
}
