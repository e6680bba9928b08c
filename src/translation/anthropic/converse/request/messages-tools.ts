import { badRequest } from '../../../../errors/errors.ts';
import { invalidType, notListed } from '../../../../limits/field-errors.ts';
import type { Adjustments } from '../../../adjustments.ts';
import { cachePointOf } from '../../../content/cache-control.ts';
import { choiceWithoutTools, findNamedTool } from '../../../tools/named-tool-choice.ts';
import type { ToolChoiceOptions } from '../../../tools/tool-choice.ts';
import { uniqueTools, functionTool } from '../../../tools/tool-definitions.ts';
import { ToolNameMap } from '../../../tools/tool-names.ts';
import type { ToolDefinition, ToolOptions } from '../../../tools/tools.ts';
import { isToolSearch, rejectServerTools } from '../../messages-tools.ts';
import { type MessagesRequest } from '../../types.ts';
import { asRecord, asRecordList, isRecord } from '../../../../wire/json/json-fields.ts';

/** Fields of a tool that affect only how Claude receives it. */
const CLAUDE_ONLY_FIELDS = ['defer_loading', 'input_examples', 'allowed_callers', 'eager_input_streaming'];

/**
 * Reads tools and tool choice. Throws GatewayError 400 with `param` for tools that only Anthropic's servers or Claude
 * support.
 */
export function readMessagesTools(request: MessagesRequest, adjustments: Adjustments): ToolOptions {
  const { tools, tool_choice: choice } = request;
  if (tools !== undefined && tools !== null && !Array.isArray(tools)) throw invalidType('tools', 'an array', tools);
  const requested = asRecordList(tools);
  rejectServerTools(requested);
  const params: string[] = [];
  const offers = requested.flatMap((tool, index) => {
    // Without a tool search, the model receives all tools with the request.
    if (isToolSearch(tool)) {
      adjustments.changed('tools.tool_search', 'omitted');
      return [];
    }
    params.push(`tools[${index}].name`);
    return [readTool(tool, `tools[${index}]`, adjustments)];
  });
  const unique = uniqueTools(offers, (index) => params[index] ?? 'tools', adjustments);
  const isOne = asRecord(choice)['disable_parallel_tool_use'] === true;
  return {
    param: 'tools',
    offers: unique,
    choice: readChoice(choice, unique),
    parallelism: isOne && unique.length > 0 ? 'one' : 'any',
  };
}

/** Returns the mapping of tool names between client and Bedrock. Depends on the request only and never throws. */
export function messagesToolNames({ tools, messages }: Pick<MessagesRequest, 'tools' | 'messages'>): ToolNameMap {
  const called = messages.flatMap((message) => asRecordList(asRecord(message)['content']));
  const named = [...asRecordList(tools), ...called.filter((block) => asRecord(block)['type'] === 'tool_use')];
  return new ToolNameMap(
    named.flatMap((each) => {
      const { name } = asRecord(each);
      return typeof name === 'string' ? [name] : [];
    }),
  );
}

function readTool(tool: unknown, param: string, adjustments: Adjustments): ToolDefinition {
  if (!isRecord(tool)) throw invalidType(param, 'an object', tool);
  const type = tool['type'] ?? 'custom';
  if (type !== 'custom') {
    const named = typeof type === 'string' ? type.slice(0, 100) : 'of this type';
    throw badRequest(
      `The tool ${named} is supported by Claude only. Define a custom tool with a description and an input_schema for this model.`,
      `${param}.type`,
      'unsupported_tool',
    );
  }
  for (const field of CLAUDE_ONLY_FIELDS)
    if (requestsSomething(tool[field])) adjustments.changed(`tools.${field}`, 'omitted');
  const point = cachePointOf(tool['cache_control'], `${param}.cache_control`);
  return { ...functionTool(tool, param, adjustments, 'input_schema'), ...(point && { cachePoint: point }) };
}

function requestsSomething(value: unknown): boolean {
  return value === true || (Array.isArray(value) && value.length > 0);
}

function readChoice(choice: unknown, offers: readonly ToolDefinition[]): ToolChoiceOptions {
  if (choice === undefined || choice === null) return { kind: 'auto' };
  const { type } = asRecord(choice);
  switch (type) {
    case 'auto':
    case 'none':
      return { kind: type };
    case 'any':
      if (offers.length === 0) throw choiceWithoutTools();
      return { kind: 'any' };
    case 'tool':
      return findNamedTool(choice, offers, 'tool_choice');
    default:
      throw notListed('tool_choice.type', ['auto', 'any', 'tool', 'none'], type);
  }
}
