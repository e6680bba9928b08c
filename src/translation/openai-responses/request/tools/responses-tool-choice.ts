import { notListed } from '../../../../limits/field-errors.ts';
import {
  readAllowedTools,
  readOpenAiToolChoice,
  findNamedTool,
  type ToolChoiceWithTools,
} from '../../../tools/named-tool-choice.ts';
import type { ToolDefinition } from '../../../tools/tools.ts';
import { namespacedName } from './responses-tool-kinds.ts';
import { isRecord } from '../../../../wire/json/json-fields.ts';
import type { ResponsesRequest } from '../../responses-request.types.ts';

const PARAM = 'tool_choice';
const CHOICES = ['function', 'custom', 'shell', 'local_shell', 'apply_patch', 'tool_search', 'allowed_tools'];

/**
 * Reads `tool_choice`.
 *
 * @throws GatewayError 400 with `param` for an invalid choice, or for a choice without tools
 */
export function readResponsesToolChoice(
  request: ResponsesRequest,
  offers: readonly ToolDefinition[],
): ToolChoiceWithTools {
  return readOpenAiToolChoice(request.tool_choice ?? 'auto', offers, readChoiceObject);
}

function readChoiceObject(choice: Record<string, unknown>, offers: readonly ToolDefinition[]): ToolChoiceWithTools {
  switch (choice['type']) {
    case 'function':
    case 'custom':
    case 'shell':
    case 'local_shell':
    case 'apply_patch':
    case 'tool_search':
      return { offers, choice: findNamedTool(withModelName(choice), offers, PARAM) };
    case 'allowed_tools': {
      const tools: unknown = choice['tools'];
      const named = Array.isArray(tools) ? tools.map(withModelName) : tools;
      return readAllowedTools({ ...choice, tools: named }, offers, PARAM);
    }
    default:
      throw notListed(`${PARAM}.type`, CHOICES, choice['type']);
  }
}

/** Converts `{ type, name, namespace }`, or `{ type: 'shell' }` for predefined tools, to the name that the model receives. */
function withModelName(tool: unknown): unknown {
  if (!isRecord(tool)) return tool;
  const { type, name, namespace } = tool;
  if (typeof name !== 'string') return { name: type };
  return { name: namespacedName({ name, ...(typeof namespace === 'string' && { namespace }) }) };
}
