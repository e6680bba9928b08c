import { isRecord } from '../../../../wire/json/json-fields.ts';

/** Kinds of tools. OpenAI defines separate items for the calls and results of each kind. */
export type ToolCallKind = 'function' | 'custom' | 'shell' | 'local_shell' | 'apply_patch' | 'tool_search';

/** A tool by the names that the client uses. */
export interface ToolIdentity {
  kind: ToolCallKind;
  name: string;
  /** Name of the `namespace` entry that contains the tool. */
  namespace?: string;
}

type Fields = Readonly<Record<string, unknown>>;

/** Predefined tools that the client runs. Their name is their type. */
const PREDEFINED_TYPES: readonly string[] = ['shell', 'local_shell', 'apply_patch', 'tool_search'];

/** Item types of calls, with the kind of tool. */
const KIND_OF_CALL: Readonly<Record<string, ToolCallKind>> = {
  function_call: 'function',
  custom_tool_call: 'custom',
  shell_call: 'shell',
  local_shell_call: 'local_shell',
  apply_patch_call: 'apply_patch',
  tool_search_call: 'tool_search',
};

/** Item types of tool results. */
const RESULT_TYPES: readonly unknown[] = [
  'function_call_output',
  'custom_tool_call_output',
  'shell_call_output',
  'local_shell_call_output',
  'apply_patch_call_output',
  'tool_search_output',
];

/** Returns whether an item of this type is a tool call or a tool result; undefined for other items. */
export function toolItemRole(type: unknown): 'call' | 'result' | undefined {
  if (typeof type === 'string' && Object.hasOwn(KIND_OF_CALL, type)) return 'call';
  return RESULT_TYPES.includes(type) ? 'result' : undefined;
}

/** Returns the name that the model receives for a tool: the namespace and the name, joined by two underscores. */
export function namespacedName({ name, namespace }: Pick<ToolIdentity, 'name' | 'namespace'>): string {
  if (namespace === undefined || namespace === '') return name;
  return namespace.endsWith('__') ? `${namespace}${name}` : `${namespace}__${name}`;
}

/** Returns the tools of one entry of `tools`. Skips invalid tools, which the translation reports. */
export function toolIdentitiesOf(tool: unknown, namespace?: string): ToolIdentity[] {
  if (!isRecord(tool)) return [];
  const { type, name } = tool;
  if (typeof type === 'string' && PREDEFINED_TYPES.includes(type)) return [{ kind: type as ToolCallKind, name: type }];
  if (typeof name !== 'string') return [];
  if (type === 'namespace') return asArray(tool['tools']).flatMap((nested) => toolIdentitiesOf(nested, name));
  if (type !== 'function' && type !== 'custom') return [];
  return [{ kind: type, name, ...(namespace !== undefined && { namespace }) }];
}

/** Returns the tool that an item calls; undefined for other items, and for calls without a name. */
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

/** Returns the tools of a request, with their paths: those in `tools`, and those that items of the input add. */
export function requestToolsOf({
  tools,
  input,
}: {
  tools?: unknown;
  input?: unknown;
}): { tool: unknown; param: string }[] {
  const declared = asArray(tools).map((tool, index) => ({ tool, param: `tools[${index}]` }));
  const added = asArray(input).flatMap((item, at) => {
    const type = isRecord(item) ? item['type'] : undefined;
    if (type !== 'additional_tools' && type !== 'tool_search_output') return [];
    return asArray((item as Fields)['tools']).map((tool, index) => ({ tool, param: `input[${at}].tools[${index}]` }));
  });
  return [...declared, ...added];
}

/** Returns an array unchanged, and an empty array for any other value. */
export function asArray(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
