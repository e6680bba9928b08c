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

/** Fields of a tool that say how Claude shall be offered it. */
const OF_CLAUDE = ['defer_loading', 'input_examples', 'allowed_callers', 'eager_input_streaming'];

/** What the request says about tools; 400 with `param` for tools that only Anthropic has, or that only Claude knows. */
export function readMessagesTools(request: MessagesRequest, adjustments: Adjustments): ToolOptions {
  const { tools, tool_choice: choice } = request;
  if (tools !== undefined && tools !== null && !Array.isArray(tools)) throw invalidType('tools', 'an array', tools);
  const given = asRecordList(tools);
  rejectServerTools(given);
  const params: string[] = [];
  const offers = given.flatMap((tool, index) => {
    // Without a search the model knows all tools from the start.
    if (isToolSearch(tool)) {
      adjustments.changed('tools.tool_search', 'omitted');
      return [];
    }
    params.push(`tools[${index}].name`);
    return [readTool(tool, `tools[${index}]`, adjustments)];
  });
  const distinct = uniqueTools(offers, (index) => params[index] ?? 'tools', adjustments);
  const isOne = asRecord(choice)['disable_parallel_tool_use'] === true;
  return {
    param: 'tools',
    offers: distinct,
    choice: readChoice(choice, distinct),
    parallelism: isOne && distinct.length > 0 ? 'one' : 'any',
  };
}

/** The names of one request's tools, there and back. Read from the request alone and never thrown from. */
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
      `The tool ${named} is known to Claude only. Offer this model a custom tool with a description and an input_schema.`,
      `${param}.type`,
      'unsupported_tool',
    );
  }
  for (const field of OF_CLAUDE) if (isAsked(tool[field])) adjustments.changed(`tools.${field}`, 'omitted');
  const point = cachePointOf(tool['cache_control'], `${param}.cache_control`);
  return { ...functionTool(tool, param, adjustments, 'input_schema'), ...(point && { cachePoint: point }) };
}

function isAsked(value: unknown): boolean {
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
