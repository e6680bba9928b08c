import { invalidType, notListed } from '../../../limits/field-errors.ts';
import { Attachments } from '../../attachments/attachments.ts';
import { Adjustments } from '../../adjustments.ts';
import type { GenerationOptions } from '../../generation/generation.ts';
import { toolOptionsFor } from '../../tools/tools.ts';
import { toConverseRequest } from '../../conversation-request.ts';
import type { Translation, TranslationOptions } from '../../dialect.ts';
import {
  readGenerationOptions,
  unusedBudgetFields,
  type ExtensionFields,
  type GenerationFields,
} from '../../generation/extension-fields.ts';
import { inspectFields } from '../../nested-fields/inspect-fields.ts';
import { RESPONSES_FIELD_SHAPES } from '../../nested-fields/responses-shapes.ts';
import { ParameterChecker } from '../../parameters/parameter-checker.ts';
import { RESPONSES_PARAMETERS } from '../../parameters/responses-parameters.ts';
import { DEFAULT_POLICY } from '../../policy.ts';
import { readInputItems } from './input-items.ts';
import { readTextFormat } from './responses-text-format.ts';
import { responsesToolFormatOf } from './tools/responses-tool-form.ts';
import { readResponsesTools } from './tools/responses-tools.ts';
import { isRecord } from '../../../wire/json/json-fields.ts';
import type { ResponsesRequest } from '../responses-request.types.ts';

/** The value of `include` that asks for encrypted thinking. */
export const ENCRYPTED_REASONING = 'reasoning.encrypted_content';

const EFFORTS = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'];
/** Maps the chat field names that shared translators report to the field names of this API. */
const NAMES = {
  reasoning_effort: 'reasoning.effort',
  thinking_blocks: 'input.reasoning',
  'messages.role': 'input.role',
  system: 'instructions',
  'file.format': 'input_file.format',
  'file.filename': 'input_file.filename',
  file: 'input_file',
};
/** Values of `include` that are not reported: the one that has an effect, and those of hosted tools, which cannot occur. */
const KNOWN_INCLUDES = [
  ENCRYPTED_REASONING,
  'file_search_call.results',
  'web_search_call.results',
  'web_search_call.action.sources',
  'message.input_image.image_url',
  'computer_call_output.output.image_url',
  'code_interpreter_call.outputs',
];
const checker = new ParameterChecker(RESPONSES_PARAMETERS);

/**
 * Converts a request to Converse.
 *
 * @throws GatewayError 400 with `param` if a field is invalid or the model cannot take it
 */
export function responsesRequest(request: ResponsesRequest, options: TranslationOptions): Translation {
  const adjustments = new Adjustments(NAMES);
  checker.check(request, adjustments);
  inspectFields(request, RESPONSES_FIELD_SHAPES, options.policy ?? DEFAULT_POLICY, adjustments);
  readInclude(request.include, adjustments);

  const generationOptions = readGeneration(request, options);
  for (const field of unusedBudgetFields(request, generationOptions.thinking)) adjustments.ignored(field);
  const { names } = responsesToolFormatOf(request);
  const tools = toolOptionsFor(
    readResponsesTools(request, options.policy ?? DEFAULT_POLICY, adjustments),
    options.model.rules,
  );
  const attachments = new Attachments(options.model, adjustments, options.fetchedMedia);
  const conversation = readInputItems(request, { names, attachments, options }, adjustments);
  const format = readTextFormat(request);
  const messages = Array.isArray(request.input) ? (request.input as { content?: unknown }[]) : [];
  const fields = { ...request, messages };
  const prepared = { ...conversation, param: 'input', generationOptions, tools, names, attachments, format, fields };
  const { input, ...rest } = toConverseRequest(prepared, options, adjustments);
  return { inputs: [input], adjusted: adjustments.list(), ...rest };
}

function readGeneration(request: ResponsesRequest, options: TranslationOptions): GenerationOptions {
  const fields: GenerationFields = {
    ...(request as ExtensionFields),
    temperature: request.temperature,
    top_p: request.top_p,
    reasoning_effort: effortOf(request.reasoning),
  };
  const shared = readGenerationOptions(fields, options);
  const maxOutputTokens = request.max_output_tokens ?? undefined;
  return {
    ...shared,
    maxTokens: { param: 'max_output_tokens', ...(maxOutputTokens !== undefined && { named: maxOutputTokens }) },
    thinking: shared.thinking.kind === 'unspecified' ? visibleThinking(request, options) : shared.thinking,
  };
}

/**
 * Returns the thinking options for a request with `reasoning.summary` that does not enable thinking. A model that thinks by
 * default then returns its thinking; other models do not think.
 */
function visibleThinking(
  { reasoning }: ResponsesRequest,
  { model }: TranslationOptions,
): GenerationOptions['thinking'] {
  const summary = reasoning?.summary ?? reasoning?.generate_summary;
  if (!summary || !model.rules.thinking?.byDefault) return { kind: 'unspecified' };
  return { kind: 'on', param: 'reasoning.summary', form: 'adaptive' };
}

function effortOf(reasoning: unknown): GenerationFields['reasoning_effort'] {
  if (reasoning === undefined || reasoning === null) return undefined;
  if (!isRecord(reasoning)) throw invalidType('reasoning', 'an object', reasoning);
  const effort = reasoning['effort'] ?? undefined;
  if (effort === undefined) return undefined;
  if (typeof effort === 'string' && EFFORTS.includes(effort)) return effort as GenerationFields['reasoning_effort'];
  throw notListed('reasoning.effort', EFFORTS, effort);
}

/** Validates `include` and reports values without an effect. Throws GatewayError 400 if it is not an array of strings. */
function readInclude(include: unknown, adjustments: Adjustments): void {
  if (include === undefined || include === null) return;
  if (!Array.isArray(include)) throw invalidType('include', 'an array', include);
  include.forEach((value: unknown, index) => {
    if (typeof value !== 'string') throw invalidType(`include[${index}]`, 'a string', value);
    if (!KNOWN_INCLUDES.includes(value)) adjustments.ignored('include');
  });
}
