import type { InputItem } from './read-tool-items.ts';
import { asArray } from './tools/responses-tool-kinds.ts';
import { isRecord } from '../../../wire/json/json-fields.ts';

/** Items of tools that another service ran, and items that have no meaning for the models of Bedrock. */
const ELSEWHERE: readonly unknown[] = [
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

/** Returns true if an item of this type reports work that another service did. */
export function isDoneElsewhere(type: unknown): boolean {
  return ELSEWHERE.includes(type);
}

/**
 * Returns what an item of a hosted tool reports, as text for the model. Returns undefined for an item that reports
 * nothing that a model can read; the answer that the tool led to is an item of its own.
 */
export function reportOf(item: InputItem): string | undefined {
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

/** Returns undefined if no part but the first, which repeats the input of the tool, has any text. */
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
