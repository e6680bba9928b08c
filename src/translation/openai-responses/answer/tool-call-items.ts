import type { ResponseOutputItem } from 'openai/resources/responses/responses';

import { customToolText, joinInputPieces } from '../../tools/custom-tool-input.ts';
import { asArray, type ToolCallKind, type ToolIdentity } from '../request/tools/responses-tool-kinds.ts';
import { isRecord } from '../../../wire/json/json-fields.ts';

type Status = 'in_progress' | 'completed' | 'incomplete';
type PatchCall = Extract<ResponseOutputItem, { type: 'apply_patch_call' }>;

/** OpenAI's prefixes for the ids of items. */
export const ITEM_ID_PREFIX: Readonly<Record<ToolCallKind, string>> = {
  function: 'fc',
  custom: 'ctc',
  shell: 'sh',
  local_shell: 'lsh',
  apply_patch: 'apc',
  tool_search: 'tsc',
};

/**
 * Converts a tool call to the item that OpenAI defines for the kind of tool.
 *
 * @param id - id of the item
 * @param callId - id of the call, which the result refers to
 * @param input - the JSON received so far
 */
export function toToolCallItem(
  id: string,
  callId: string,
  tool: ToolIdentity,
  input: string,
  status: Status,
): ResponseOutputItem {
  const nameFields = { name: tool.name, ...(tool.namespace !== undefined && { namespace: tool.namespace }) };
  switch (tool.kind) {
    case 'function':
      return { id, type: 'function_call', call_id: callId, ...nameFields, arguments: input, status };
    case 'custom': {
      const text = status === 'in_progress' ? '' : customToolText(joinInputPieces(input));
      // OpenAI's item of a custom tool call has no `status`.
      return { id, type: 'custom_tool_call', call_id: callId, ...nameFields, input: text };
    }
    case 'shell':
      return { id, type: 'shell_call', call_id: callId, action: shellAction(input), environment: null, status };
    case 'local_shell':
      return { id, type: 'local_shell_call', call_id: callId, action: localShellAction(input), status };
    case 'apply_patch': {
      const operation = patchOperation(input);
      // OpenAI's item has no status `incomplete`.
      const patchStatus = status === 'incomplete' ? 'in_progress' : status;
      return { id, type: 'apply_patch_call', call_id: callId, operation, status: patchStatus };
    }
    case 'tool_search': {
      const execution = 'client';
      return { id, type: 'tool_search_call', call_id: callId, arguments: joinInputPieces(input), execution, status };
    }
    default:
      return tool.kind satisfies never;
  }
}

function shellAction(json: string) {
  const { commands, command, timeout_ms: timeout, max_output_length: length } = fieldsOf(json);
  return {
    commands: textsOf(commands ?? command),
    timeout_ms: numberOr(timeout, null),
    max_output_length: numberOr(length, null),
  };
}

function localShellAction(json: string) {
  const { command, working_directory: directory, timeout_ms: timeout, env } = fieldsOf(json);
  const variables = Object.entries(isRecord(env) ? env : {}).map(([name, value]) => [name, String(value)]);
  return {
    type: 'exec' as const,
    command: textsOf(command),
    env: Object.fromEntries(variables) as Record<string, string>,
    timeout_ms: numberOr(timeout, null),
    working_directory: typeof directory === 'string' ? directory : null,
  };
}

function patchOperation(json: string): PatchCall['operation'] {
  const { type, path, diff } = fieldsOf(json);
  const file = typeof path === 'string' ? path : '';
  const text = typeof diff === 'string' ? diff : '';
  if (type === 'delete_file') return { type, path: file };
  return { type: type === 'create_file' ? type : 'update_file', path: file, diff: text };
}

function fieldsOf(json: string): Record<string, unknown> {
  const input = joinInputPieces(json);
  return isRecord(input) ? input : {};
}

/** Returns a list of texts. Models may send a single command instead of the list that the schema requires. */
function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return asArray(value).map(String);
}

function numberOr<Other>(value: unknown, fallback: Other): number | Other {
  return typeof value === 'number' ? value : fallback;
}
