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
import { RESPONSES_PLACES } from '../../nested-fields/responses-shapes.ts';
import { ParameterChecker } from '../../parameters/parameter-checker.ts';
import { RESPONSES_PARAMETERS } from '../../parameters/responses-parameters.ts';
import { DEFAULT_POLICY } from '../../policy.ts';
import { readInputItems } from './input-items.ts';
import { readTextFormat } from './responses-text-format.ts';
import { responsesToolFormatOf } from './tools/responses-tool-form.ts';
import { readResponsesTools } from './tools/responses-tools.ts';
import { isRecord } from '../../../wire/json/json-fields.ts';
import type { ResponsesRequest } from '../responses-request.types.ts';

/** What asks for sealed thoughts. */
export const ENCRYPTED_REASONING = 'reasoning.encrypted_content';

const EFFORTS = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'];
/** What this dialect calls fields that the shared translators know by their names in chat. */
const NAMES = {
  reasoning_effort: 'reasoning.effort',
  thinking_blocks: 'input.reasoning',
  'messages.role': 'input.role',
  system: 'instructions',
  'file.format': 'input_file.format',
  'file.filename': 'input_file.filename',
  file: 'input_file',
};
/** What the gateway adds to answers, and what comes from tools that only OpenAI has, of which there are none. */
const INCLUDED = [
  ENCRYPTED_REASONING,
  'file_search_call.results',
  'web_search_call.results',
  'web_search_call.action.sources',
  'message.input_image.image_url',
  'computer_call_output.output.image_url',
  'code_interpreter_call.outputs',
];
const judge = new ParameterChecker(RESPONSES_PARAMETERS);

/** Throws GatewayError 400 with `param` for what cannot be said in Converse. */
export function responsesRequest(request: ResponsesRequest, options: TranslationOptions): Translation {
  const adjustments = new Adjustments(NAMES);
  judge.judge(request, adjustments);
  inspectFields(request, RESPONSES_PLACES, options.policy ?? DEFAULT_POLICY, adjustments);
  readInclude(request.include, adjustments);

  const wish = wishOf(request, options);
  for (const field of unusedBudgetFields(request, wish.thinking)) adjustments.ignored(field);
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
  const parts = { ...conversation, param: 'input', wish, tools, names, attachments, format, fields };
  const { input, ...rest } = toConverseRequest(parts, options, adjustments);
  return { inputs: [input], adjusted: adjustments.list(), ...rest };
}

function wishOf(request: ResponsesRequest, options: TranslationOptions): GenerationOptions {
  const fields: GenerationFields = {
    ...(request as ExtensionFields),
    temperature: request.temperature,
    top_p: request.top_p,
    reasoning_effort: effortOf(request.reasoning),
  };
  const wish = readGenerationOptions(fields, options);
  const named = request.max_output_tokens ?? undefined;
  return {
    ...wish,
    maxTokens: { param: 'max_output_tokens', ...(named !== undefined && { named }) },
    thinking: wish.thinking.kind === 'unspecified' ? shownThinking(request, options) : wish.thinking,
  };
}

/** A summary of thoughts that nobody asked for: where the model thinks by itself, it is asked to show them. */
function shownThinking({ reasoning }: ResponsesRequest, { model }: TranslationOptions): GenerationOptions['thinking'] {
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

/** Throws 400 for what is no list of strings. Reports values without effect. */
function readInclude(include: unknown, adjustments: Adjustments): void {
  if (include === undefined || include === null) return;
  if (!Array.isArray(include)) throw invalidType('include', 'an array', include);
  include.forEach((value: unknown, index) => {
    if (typeof value !== 'string') throw invalidType(`include[${index}]`, 'a string', value);
    if (!INCLUDED.includes(value)) adjustments.ignored('include');
  });
}
