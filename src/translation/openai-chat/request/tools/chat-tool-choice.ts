import { notListed, unsupportedValue } from '../../../../limits/field-errors.ts';
import {
  readAllowedTools,
  readOpenAiToolChoice,
  findNamedTool,
  type ToolChoiceWithTools,
} from '../../../tools/named-tool-choice.ts';
import type { ToolChoiceOptions } from '../../../tools/tool-choice.ts';
import type { ToolDefinition } from '../../../tools/tools.ts';
import { isRecord } from '../../../../wire/json/json-fields.ts';
import type { ChatRequest } from '../../chat-request.types.ts';

/**
 * Reads `tool_choice` in the formats of OpenAI's two APIs and of Anthropic's.
 *
 * @throws GatewayError 400 with `param` for an invalid choice, or for a choice without tools
 */
export function readChatToolChoice(request: ChatRequest, offers: readonly ToolDefinition[]): ToolChoiceWithTools {
  const requested: unknown = request.tool_choice ?? 'auto';
  // Anthropic's API has `auto` and `none` as the type of an object.
  const isTypeOnly = isRecord(requested) && (requested['type'] === 'auto' || requested['type'] === 'none');
  const choice: unknown = isTypeOnly ? requested['type'] : requested;
  return readOpenAiToolChoice(choice, offers, readChoiceObject);
}

function readChoiceObject(choice: Record<string, unknown>, offers: readonly ToolDefinition[]): ToolChoiceWithTools {
  const { type } = choice;
  switch (type) {
    case 'function':
    case 'custom':
      return { offers, choice: findNamedTool(...nestedOrFlat(choice, type, 'name', offers)) };
    case 'allowed_tools':
      return readAllowedTools(...nestedOrFlat(choice, type, 'tools', offers));
    case 'tool':
      return { offers, choice: findNamedTool(choice, offers, 'tool_choice') };
    case 'any':
      return { offers, choice: { kind: 'any' } };
    default:
      throw notListed('tool_choice.type', ['function', 'custom', 'allowed_tools'], type);
  }
}

/** Returns the object that holds the field, with its path. Chat nests it in a field named like the type; the Responses API does not. */
function nestedOrFlat(
  choice: Record<string, unknown>,
  type: string,
  field: string,
  offers: readonly ToolDefinition[],
): [choice: unknown, offers: readonly ToolDefinition[], param: string] {
  const isFlat = choice[type] === undefined && choice[field] !== undefined;
  return isFlat ? [choice, offers, 'tool_choice'] : [choice[type], offers, `tool_choice.${type}`];
}

/**
 * Reads the deprecated `function_call` of a request: `none`, `auto`, or an object with the name of a function.
 *
 * @throws GatewayError 400 with `param` for an invalid choice
 */
export function readFunctionCallField(choice: unknown, offers: readonly ToolDefinition[]): ToolChoiceOptions {
  if (choice === undefined || choice === null || choice === 'auto') return { kind: 'auto' };
  if (choice === 'none') return { kind: 'none' };
  if (typeof choice === 'string') throw unsupportedValue('function_call', ['none', 'auto'], choice);
  return findNamedTool(choice, offers, 'function_call');
}
