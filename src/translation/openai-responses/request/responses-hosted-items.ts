import type { InputItem } from './read-tool-items.ts';
import { asArray } from './tools/responses-tool-kinds.ts';
import { isRecord } from '../../../wire/json/json-fields.ts';

/** Types of items of tools that another service ran, and of items that have no meaning for models on Bedrock. */
const HOSTED_TYPES: readonly unknown[] = [
  'web_search_call',
  'file_search_call',
  'image_generation_call',
  'code_interpreter_call',
  'computer_call',
  'computer_call_output',
  'mcp_call',
  'mcp_list_tools',
  'mcp_approval_request',
  'mcp_approval_response',
  'compaction_trigger',
];

/** Returns true for the type of an item that another service created and that the gateway drops. */
export function isDroppedHostedItem(type: unknown): boolean {
  return HOSTED_TYPES.includes(type);
}

/**
 * Converts an item of a hosted tool to text for the model; undefined if the item holds no text result.
 */
export function hostedItemAsText(item: InputItem): string | undefined {
  switch (item['type']) {
    case 'mcp_call':
      return report(`The tool ${JSON.stringify(item['name'])} of an MCP server was called.`, [
        ['Arguments', item['arguments']],
        ['Result', item['output']],
        ['Error', errorText(item['error'])],
      ]);
    case 'code_interpreter_call':
      return report('Code was run.', [
        ['Code', item['code']],
        ['Output', textsOf(item['outputs'], 'logs')],
      ]);
    case 'file_search_call':
      return report('Files were searched.', [
        ['Queries', asArray(item['queries']).filter(isText).join('\n')],
        ['Results', textsOf(item['results'], 'text')],
      ]);
    default:
      return undefined;
  }
}

/** Joins the parts of a report. Returns undefined if only the first part, which is the input of the tool, has text. */
function report(title: string, parts: readonly (readonly [string, unknown])[]): string | undefined {
  const [, ...results] = parts;
  if (!results.some(([, text]) => isText(text))) return undefined;
  const shown = parts.flatMap(([label, text]) => (isText(text) ? `${label}:\n${text}` : []));
  return [`[Earlier in this conversation] ${title}`, ...shown].join('\n');
}

function textsOf(entries: unknown, field: string): string {
  return asArray(entries)
    .flatMap((entry) => (isRecord(entry) && isText(entry[field]) ? entry[field] : []))
    .join('\n');
}

function errorText(error: unknown): unknown {
  return isRecord(error) ? error['message'] : error;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '';
}
