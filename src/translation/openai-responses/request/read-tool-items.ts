import { invalidType, missingField, notObject, notText } from '../../../limits/field-errors.ts';
import type { Attachments } from '../../attachments/attachments.ts';
import type { Adjustments } from '../../adjustments.ts';
import { textBlock, withoutLoneSurrogates } from '../../content/text-blocks.ts';
import { CUSTOM_TOOL_INPUT_PROPERTY } from '../../tools/custom-tool-input.ts';
import { parseToolArguments, type ToolInput } from '../../tools/tool-input.ts';
import type { ToolNameMap } from '../../tools/tool-names.ts';
import { toToolResult } from '../../tools/tool-result.ts';
import type { ContentBlock } from '../../../wire/converse.ts';
import type { ToolCallRef } from '../../dialect.ts';
import { readResponsesContent } from './responses-content.ts';
import { calledTool, namespacedName, asArray } from './tools/responses-tool-kinds.ts';
import { doubleOf, isExactNumber } from '../../../wire/json/exact-json.ts';
import { isRecord } from '../../../wire/json/json-fields.ts';

/** An item of the input as the client sent it. Not yet validated. */
export type InputItem = Readonly<Record<string, unknown>>;

/** Returns the id and the tool name of a call, by which its thinking may be stored; undefined if one is missing. */
export function responsesToolCallRef(item: unknown): ToolCallRef | undefined {
  const tool = calledTool(item);
  const id = tool && (item as InputItem)['call_id'];
  return tool && typeof id === 'string' ? { id, name: namespacedName(tool) } : undefined;
}

/**
 * Converts the item of a call of any kind to a `toolUse` block.
 *
 * @param param - path of the item
 * @throws GatewayError 400 with `param` for an invalid item
 */
export function readToolCallItem(
  item: InputItem,
  names: ToolNameMap,
  param: string,
  adjustments: Adjustments,
): ContentBlock {
  const tool = calledTool(item);
  if (!tool) throw notText(`${param}.name`, item['name']);
  const toolUseId = readId(item['call_id'] ?? item['id'], `${param}.call_id`);
  const name = names.toBedrock(namespacedName(tool));
  return { toolUse: { toolUseId, name, input: readInput(item, param, adjustments) } };
}

function readInput(item: InputItem, param: string, adjustments: Adjustments): ToolInput {
  switch (item['type']) {
    case 'custom_tool_call': {
      const { input } = item;
      if (typeof input !== 'string') throw notText(`${param}.input`, input);
      return { [CUSTOM_TOOL_INPUT_PROPERTY]: withoutLoneSurrogates(input) };
    }
    case 'shell_call':
      return parseToolArguments(actionOf(item['action'], `${param}.action`), adjustments);
    case 'local_shell_call': {
      const { type: _, ...action } = actionOf(item['action'], `${param}.action`);
      return parseToolArguments(action, adjustments);
    }
    case 'apply_patch_call':
      return parseToolArguments(actionOf(item['operation'], `${param}.operation`), adjustments);
    default:
      return parseToolArguments(item['arguments'], adjustments);
  }
}

/** The data that `readToolOutputItem` needs besides the item. */
interface ToolOutputContext {
  attachments: Attachments;
  adjustments: Adjustments;
}

/**
 * Converts the item of a result of any kind to a `toolResult` block. A cache point in its content is added after the block.
 *
 * @param param - path of the item
 * @throws GatewayError 400 with `param` for an invalid item
 */
export function readToolOutputItem(item: InputItem, context: ToolOutputContext, param: string): ContentBlock[] {
  const toolUseId = readId(item['call_id'] ?? item['id'], `${param}.call_id`);
  const result = (text: string, status?: 'error'): ContentBlock[] => [
    { toolResult: { toolUseId, content: [textBlock(text)], ...(status && { status }) } },
  ];
  switch (item['type']) {
    case 'shell_call_output':
      return result(shellText(item['output'], `${param}.output`));
    case 'apply_patch_call_output': {
      const output = typeof item['output'] === 'string' && item['output'].trim() !== '' ? item['output'] : undefined;
      return item['status'] === 'failed' ? result(output ?? 'The patch failed.', 'error') : result(output ?? 'Done.');
    }
    case 'tool_search_output':
      return result(foundText(item['tools']));
    default: {
      const { attachments, adjustments } = context;
      const path = `${param}.output`;
      const { content, points } = toToolResult(item['output'], path, (parts) =>
        readResponsesContent(parts, attachments, path, adjustments),
      );
      return [{ toolResult: { toolUseId, content } }, ...points];
    }
  }
}

function readId(id: unknown, param: string): string {
  if (typeof id === 'string') return id;
  throw notText(param, id);
}

function actionOf(action: unknown, param: string): Record<string, unknown> {
  if (!isRecord(action)) throw notObject(param, action);
  return Object.fromEntries(Object.entries(action).filter(([, value]) => value !== null));
}

function exitCodeOf(code: unknown): number {
  if (isExactNumber(code)) return doubleOf(code);
  return typeof code === 'number' ? code : 0;
}

/** Returns the output of each command with its exit code or timeout, as text for the model. */
function shellText(output: unknown, param: string): string {
  if (typeof output === 'string') return output.trim() === '' ? '(no output)' : output;
  if (output === undefined) throw missingField(param);
  if (!Array.isArray(output)) throw invalidType(param, 'one of a string or an array of objects', output);
  const parts = output.filter(isRecord).map(({ stdout, stderr, outcome }) => {
    const { type, exit_code: code } = isRecord(outcome) ? outcome : {};
    const end = type === 'timeout' ? '(it took too long and was stopped)' : `(exit code ${exitCodeOf(code)})`;
    return [stdout, stderr, end].filter((text) => typeof text === 'string' && text !== '').join('\n');
  });
  return parts.length === 0 ? '(no output)' : parts.join('\n\n');
}

/** Returns the names of the tools that a search found. `requestToolsOf` adds the tools themselves to the request. */
function foundText(tools: unknown): string {
  const names = asArray(tools).flatMap((tool) =>
    isRecord(tool) && typeof tool['name'] === 'string' ? tool['name'] : [],
  );
  return names.length === 0 ? 'No tool was found.' : `These tools can be called now: ${names.join(', ')}.`;
}
