import { badRequest } from '../../../../errors/errors.ts';
import { invalidType, notListed } from '../../../../limits/field-errors.ts';
import { Attachments } from '../../../attachments/attachments.ts';
import { toConverseRequest } from '../../../conversation-request.ts';
import { Adjustments } from '../../../adjustments.ts';
import { exceedsMaxDepth, MAX_JSON_DEPTH } from '../../../../wire/json/json-depth.ts';
import { toolOptionsFor } from '../../../tools/tools.ts';
import type { Translation, TranslationOptions } from '../../../dialect.ts';
import { withOutputFormat } from '../../invoke-model/format/messages-output-format.ts';
import { rejectThreads } from '../../reject-threads.ts';
import { rejectMcpServers } from '../../messages-tools.ts';
import { type MessagesRequest } from '../../types.ts';
import { MESSAGES_FIELD_SHAPES } from '../../../nested-fields/anthropic-shapes.ts';
import { inspectFields } from '../../../nested-fields/inspect-fields.ts';
import { ParameterChecker } from '../../../parameters/parameter-checker.ts';
import { DEFAULT_POLICY } from '../../../policy.ts';
import type { RequestLevelFields } from '../../../bedrock-options/bedrock-options.ts';
import { schemaOutput } from '../../../structured/schema-output.ts';
import { readConversation } from './messages-conversation.ts';
import { readGeneration } from './messages-generation.ts';
import { readMessagesTools, messagesToolNames } from './messages-tools.ts';
import { MESSAGES_PARAMETERS } from './messages-parameters.ts';
import type { JsonObject } from '../../../../wire/json/json-fields.ts';
import { asRecord, isRecord } from '../../../../wire/json/json-fields.ts';
import type { StructuredOutputOptions } from '../../../structured/structured-output-options.ts';

/** Anthropic's names of fields that the shared translators report by their names in chat. */
const NAMES = {
  stop: 'stop_sequences',
  user: 'metadata.user_id',
  reasoning_effort: 'output_config.effort',
  thinking_blocks: 'messages.thinking',
  parallel_tool_calls: 'tool_choice.disable_parallel_tool_use',
  tool_calls: 'tool_use',
  'tool_calls.id': 'tool_use.id',
  'tool_calls.arguments': 'tool_use.input',
  'tools.parameters': 'tools.input_schema',
  'tools.parameters.properties': 'tools.input_schema.properties',
  'file.format': 'document.source',
  'file.filename': 'document.title',
};
/** Anthropic's and Bedrock's tiers, by the names of OpenAI's API, which the shared translators accept. */
const TIERS: JsonObject = {
  auto: 'auto',
  standard_only: 'default',
  default: 'default',
  flex: 'flex',
  priority: 'priority',
  reserved: 'scale',
};
const parameterChecker = new ParameterChecker(MESSAGES_PARAMETERS);

/** Translates a request of Anthropic's API for a model other than Claude. Throws GatewayError 400 with `param`. */
export function messagesRequest(original: MessagesRequest, options: TranslationOptions): Translation {
  const adjustments = new Adjustments(NAMES);
  const request = withOutputFormat(original, adjustments);
  const body: JsonObject = { ...request };
  if (exceedsMaxDepth(body))
    throw badRequest(`The request may be nested at most ${MAX_JSON_DEPTH} levels deep.`, 'messages');
  rejectMcpServers(body);
  rejectThreads(body);
  parameterChecker.check(request, adjustments);
  inspectFields(request, MESSAGES_FIELD_SHAPES, options.policy ?? DEFAULT_POLICY, adjustments);
  if (hasFlags(request.anthropic_beta)) adjustments.changed('anthropic_beta', 'unsupported_dropped');

  const { model, fetchedMedia } = options;
  const generation = readGeneration(request, options, adjustments);
  const names = messagesToolNames(request);
  const tools = toolOptionsFor(readMessagesTools(request, adjustments), model.rules);
  const attachments = new Attachments(model, adjustments, fetchedMedia);
  const conversation = readConversation(request, { names, attachments, model, adjustments, fetchedMedia });
  const format = formatOf(request.output_config);
  const fields = callFields(request, adjustments);
  const parts = {
    ...conversation,
    param: 'messages',
    generationOptions: generation,
    tools,
    names,
    attachments,
    format,
    fields,
  };
  const { input, ...rest } = toConverseRequest(parts, options, adjustments);
  return { inputs: [input], adjusted: adjustments.list(), ...rest };
}

function hasFlags(betas: unknown): boolean {
  if (betas === undefined || betas === null) return false;
  if (typeof betas === 'string' || Array.isArray(betas)) return betas.length > 0;
  throw invalidType('anthropic_beta', 'one of a string or an array of strings', betas);
}

/**
 * Reads Anthropic's `output_config.format`: a schema without a name. It is strict unless the request sets `strict:
 * false`.
 */
function formatOf(config: unknown): StructuredOutputOptions | undefined {
  const param = 'output_config.format';
  const format = asRecord(config)['format'] ?? undefined;
  if (format === undefined) return undefined;
  if (!isRecord(format)) throw invalidType(param, 'an object', format);
  if (format['type'] !== 'json_schema') throw notListed(`${param}.type`, ['json_schema'], format['type']);
  return schemaOutput({ schema: format['schema'], name: 'answer', strict: format['strict'] !== false }, param, param);
}

function callFields(request: MessagesRequest, adjustments: Adjustments): RequestLevelFields {
  const { stream, service_tier: tier, metadata } = request;
  if (metadata !== undefined && metadata !== null && !isRecord(metadata)) {
    throw invalidType('metadata', 'an object', metadata);
  }
  const { user_id: user, ...others } = asRecord(metadata);
  if (user !== undefined && user !== null && typeof user !== 'string') {
    throw invalidType('metadata.user_id', 'a string', user);
  }
  for (const name of Object.keys(others)) adjustments.unknown(`metadata.${name}`);
  return { stream, user, service_tier: tierOf(tier) };
}

function tierOf(tier: unknown): unknown {
  if (tier === undefined || tier === null) return undefined;
  if (typeof tier === 'string' && Object.hasOwn(TIERS, tier)) return TIERS[tier];
  throw notListed('service_tier', Object.keys(TIERS), tier);
}
