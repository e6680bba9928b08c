import { isRecord } from '../../../../wire/json/json-fields.ts';

/** What a call of a tool is in OpenAI's words: each kind has items of its own for calls and results. */
export type ToolCallKind = 'function' | 'custom' | 'shell' | 'local_shell' | 'apply_patch' | 'tool_search';

/** A tool as the client knows it. */
export interface ToolIdentity {
  kind: ToolCallKind;
  name: string;
  namespace?: string;
}

type Fields = Readonly<Record<string, unknown>>;

/** Tools that the client runs and that have no name but their type's. */
const NAMELESS: readonly string[] = ['shell', 'local_shell', 'apply_patch', 'tool_search'];

/** The items of calls, by the kind of what is called. */
const KIND_OF_CALL: Readonly<Record<string, ToolCallKind>> = {
  function_call: 'function',
  custom_tool_call: 'custom',
  shell_call: 'shell',
  local_shell_call: 'local_shell',
  apply_patch_call: 'apply_patch',
  tool_search_call: 'tool_search',
};

/** The items of their results. */
const RESULTS: readonly unknown[] = [
  'function_call_output',
  'custom_tool_call_output',
  'shell_call_output',
  'local_shell_call_output',
  'apply_patch_call_output',
  'tool_search_output',
];

/** What an item is to a conversation with tools. */
export function toolItemRole(type: unknown): 'call' | 'result' | undefined {
  if (typeof type === 'string' && Object.hasOwn(KIND_OF_CALL, type)) return 'call';
  return RESULTS.includes(type) ? 'result' : undefined;
}

/** The one name that the model gets for a tool in a namespace. */
export function namespacedName({ name, namespace }: Pick<ToolIdentity, 'name' | 'namespace'>): string {
  if (namespace === undefined || namespace === '') return name;
  return namespace.endsWith('__') ? `${namespace}${name}` : `${namespace}__${name}`;
}

/** The tools that one entry of `tools` offers, as far as it can be read; what is no tool is left to the translation. */
export function toolIdentitiesOf(tool: unknown, namespace?: string): ToolIdentity[] {
  if (!isRecord(tool)) return [];
  const { type, name } = tool;
  if (typeof type === 'string' && NAMELESS.includes(type)) return [{ kind: type as ToolCallKind, name: type }];
  if (typeof name !== 'string') return [];
  if (type === 'namespace') return asArray(tool['tools']).flatMap((each) => toolIdentitiesOf(each, name));
  if (type !== 'function' && type !== 'custom') return [];
  return [{ kind: type, name, ...(namespace !== undefined && { namespace }) }];
}

/** The tool that an item calls; undefined for other items, and for calls without a name. */
export function calledTool(item: unknown): ToolIdentity | undefined {
  if (!isRecord(item)) return undefined;
  const { type } = item;
  const kind = typeof type === 'string' && Object.hasOwn(KIND_OF_CALL, type) ? KIND_OF_CALL[type] : undefined;
  if (kind === undefined) return undefined;
  if (kind !== 'function' && kind !== 'custom') return { kind, name: kind };
  const { name, namespace }: Fields = item;
  if (typeof name !== 'string') return undefined;
  return { kind, name, ...(typeof namespace === 'string' && { namespace }) };
}

/** The tools of a request: those it offers, and those that its items have brought since. */
export function requestToolsOf({
  tools,
  input,
}: {
  tools?: unknown;
  input?: unknown;
}): { tool: unknown; param: string }[] {
  const offered = asArray(tools).map((tool, index) => ({ tool, param: `tools[${index}]` }));
  const brought = asArray(input).flatMap((item, at) => {
    const type = isRecord(item) ? item['type'] : undefined;
    if (type !== 'additional_tools' && type !== 'tool_search_output') return [];
    return asArray((item as Fields)['tools']).map((tool, index) => ({ tool, param: `input[${at}].tools[${index}]` }));
  });
  return [...offered, ...brought];
}

export function asArray(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
